/** What a variant must lead to. A verdict is "signed in" or "refused"; the codes are the contract's. */

export const signedIn = { verdict: 'signed in', codes: [] };
/** Any one of the codes. */
export const refused = (...codes) => ({ verdict: 'refused', codes });

/** Hooks for claims. */
export const set = (changes) => (claims) => ({ ...claims, ...changes });
export const without =
  (...names) =>
  (claims) =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));

/** Where the gateway's clock runs ahead, the IdP's has to. */
export const clock = { ahead: 0 };
export const now = () => Math.floor(Date.now() / 1000) + clock.ahead;
