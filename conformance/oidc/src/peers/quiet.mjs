/** Imported before oidc-provider, which warns of the runtime, of a store in memory, of forms for tests and of every
 * default: all of it is meant. */
console.info = () => {};
console.warn = () => {};
