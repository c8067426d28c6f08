/** The IdP ends a session: by a logout token, or by a frame in the person's browser (oidc 1.7). */
import { UserAgent } from '../user_agent.mjs';
import { logoutClaims } from './variants/logout.mjs';

/** What was wrong with the answer, and with what became of the session. */
export async function logOut(at, sign) {
  const faults = at.variant.frame ? await inFrame(at) : await byToken(at);
  const alive = (await sign.session()) !== undefined;
  if (alive === at.variant.ends) faults.push(alive ? 'the session lives on' : 'the session has ended');
  return faults;
}

/** Posts the token twice; the second may never be accepted. */
async function byToken(at) {
  const { variant } = at;
  const token =
    variant.logoutToken?.(at) ??
    (await at.token(variant.make ?? {}, logoutClaims(at), at.latest, { typ: 'logout+jwt' }));
  const form = variant.post?.(token) ?? `logout_token=${token}`;
  const post = () => new UserAgent().go(at.endpoints.backchannel, { method: 'POST', form });
  const faults = [];
  const first = await post();
  if (first.status !== variant.status)
    faults.push(`the logout token gets ${first.status}: ${first.body.slice(0, 200)}`);
  if (!first.fields['cache-control']?.includes('no-store')) faults.push('the answer may be cached');
  if (first.status === 400 && !first.body.includes('"invalid_request"'))
    faults.push(`the body is ${first.body.slice(0, 200)}`);
  const again = await post();
  if (again.status !== 400) faults.push(`the same logout token once more gets ${again.status}`);
  return faults;
}

/** A frame of another site: our cookie does not come along. */
async function inFrame(at) {
  const query = at.variant.frame({ iss: at.url, sid: at.sid });
  const answer = await new UserAgent().go(`${at.endpoints.frontchannel}?${query}`, {
    fields: { 'sec-fetch-dest': 'iframe' },
  });
  const faults = [];
  if (at.variant.ends && answer.status !== 200) faults.push(`the frame gets ${answer.status}`);
  if (answer.status >= 500) faults.push(`the frame gets ${answer.status}`);
  if (
    at.variant.ends &&
    (answer.fields['x-frame-options'] ||
      answer.fields['content-security-policy']?.includes("frame-ancestors 'none'"))
  ) {
    faults.push('the answer may not be framed');
  }
  if (!answer.fields['cache-control']?.includes('no-store')) faults.push('the answer may be cached');
  return faults;
}
