/** Logout at the IdP (oidc 1.7), after a sign-in: a token is posted, and posted again, or a frame is loaded.
 * `status` is the answer to the token, `ends` whether the session is over then. */
import { now, set, signedIn, without } from '../expected.mjs';
import { compact, pem } from '../tokens.mjs';

const event = 'http://schemas.openid.net/event/backchannel-logout';
const ended = { status: 200, ends: true };
const refused = { status: 400, ends: false };
const as = (alg) => (head) => ({ ...head, alg });

const tokens = [
  { name: 'lt-ok', why: 'sub and sid', ...ended },
  { name: 'lt-sub-only', why: 'sub alone: all sessions of the person', make: { claims: without('sid') },
    ...ended },
  { name: 'lt-sid-only', why: 'sid alone', make: { claims: without('sub') }, ...ended },
  { name: 'lt-sid-other', why: "another session's sid: nothing to end, but well said",
    make: { claims: set({ sid: 'another' }) }, status: 200, ends: false },
  { name: 'lt-sub-other', why: "another person's sub",
    make: { claims: (c) => without('sid')({ ...c, sub: 'another' }) }, status: 200, ends: false },
  { name: 'lt-typ-jwt', why: 'typ JWT', make: { header: (head) => ({ ...head, typ: 'JWT' }) }, ...ended },
  { name: 'lt-typ-absent', why: 'no typ', make: { header: (head) => ({ ...head, typ: undefined }) },
    ...ended },
  { name: 'lt-no-exp', why: 'no exp', make: { claims: without('exp') }, ...ended },
  { name: 'lt-none', why: 'unsigned', make: { header: as('none') }, ...refused },
  { name: 'lt-hs256', why: 'HS256 with the client secret', make: { header: as('HS256') }, ...refused },
  { name: 'lt-hs256-pubpem', why: 'HS256 with the public key',
    make: { header: as('HS256'), sign: (h, p, at) => compact(h, p, pem(at.rsa)) }, ...refused },
  { name: 'lt-badsig', why: 'signed with another key',
    make: { sign: (h, p, at) => compact(h, p, at.keys.stranger.privateKey) }, ...refused },
  { name: 'lt-kid-unknown', why: 'a kid that is not in the set',
    make: { header: (head) => ({ ...head, kid: 'nobody' }) }, ...refused },
  { name: 'lt-no-event', why: 'no events', make: { claims: without('events') }, ...refused },
  { name: 'lt-wrong-event', why: 'another event',
    make: { claims: set({ events: { 'http://schemas.openid.net/event/other': {} } }) }, ...refused },
  { name: 'lt-event-string', why: 'the event is text', make: { claims: set({ events: { [event]: '' } }) },
    ...refused },
  { name: 'lt-events-list', why: 'events is a list', make: { claims: set({ events: [event] }) }, ...refused },
  { name: 'lt-nonce', why: 'a nonce', make: { claims: set({ nonce: 'n' }) }, ...refused },
  { name: 'lt-bad-aud', why: 'for another client', make: { claims: set({ aud: 'another-client' }) },
    ...refused },
  { name: 'lt-no-aud', why: 'no aud', make: { claims: without('aud') }, ...refused },
  { name: 'lt-bad-iss', why: 'of another issuer', make: { claims: set({ iss: 'https://idp.example' }) },
    ...refused },
  { name: 'lt-no-subsid', why: 'neither sub nor sid', make: { claims: without('sub', 'sid') }, ...refused },
  { name: 'lt-no-jti', why: 'no jti', make: { claims: without('jti') }, ...refused },
  { name: 'lt-no-iat', why: 'no iat', make: { claims: without('iat') }, ...refused },
  { name: 'lt-expired', why: 'expired', make: { claims: (c) => ({ ...c, exp: now() - 600 }) }, ...refused },
  { name: 'lt-old-iat', why: 'made an hour ago', make: { claims: (c) => ({ ...c, iat: now() - 3600 }) },
    ...refused },
  { name: 'lt-future-iat', why: 'made in an hour', make: { claims: (c) => ({ ...c, iat: now() + 3600 }) },
    ...refused },
  { name: 'lt-dup-claim', why: 'sub twice',
    make: { payload: (c) => JSON.stringify(c).replace('{', '{"sub":"x",') }, ...refused },
  { name: 'lt-crit', why: 'a critical extension',
    make: { header: (head) => ({ ...head, crit: ['x'], x: 1 }) }, ...refused },
  { name: 'lt-typ-access', why: 'typ of an access token',
    make: { header: (head) => ({ ...head, typ: 'at+jwt' }) }, ...refused },
  { name: 'lt-idtoken', why: 'the ID token of the sign-in', logoutToken: (at) => at.idToken, ...refused },
  { name: 'lt-twice', why: 'the parameter twice',
    post: (token) => `logout_token=${token}&logout_token=${token}`, ...refused },
  { name: 'lt-missing', why: 'no parameter', post: () => 'a=b', ...refused },
  { name: 'lt-garbage', why: 'no token', post: () => 'logout_token=%00%01', ...refused },
];

/** The claims of an honest logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export function logoutClaims(at) {
  return { iss: at.url, aud: at.clientId, iat: now(), exp: now() + 120, jti: crypto.randomUUID(),
    sub: at.subject, sid: at.sid, events: { [event]: {} } };
}


const query = (parameters) => new URLSearchParams(parameters).toString();
const frames = [
  { name: 'fc-ok', why: 'iss and sid', frame: query, ends: true },
  { name: 'fc-bad-iss', why: 'iss of another issuer',
    frame: ({ sid }) => query({ iss: 'https://idp.example', sid }), ends: false },
  { name: 'fc-bad-sid', why: 'sid of another session', frame: ({ iss }) => query({ iss, sid: 'another' }),
    ends: false },
  { name: 'fc-no-iss', why: 'sid alone', frame: ({ sid }) => query({ sid }), ends: false },
  { name: 'fc-no-sid', why: 'iss alone, and no cookie', frame: ({ iss }) => query({ iss }), ends: false },
  { name: 'fc-empty-sid', why: 'an empty sid', frame: ({ iss }) => query({ iss, sid: '' }), ends: false },
  { name: 'fc-dup-sid', why: 'sid twice',
    frame: ({ iss, sid }) => `${query({ iss, sid: 'another' })}&${query({ sid })}`, ends: false },
];

/** Each begins with a sign-in that names a session of its own. */
const signsInFirst = (variant) => ({
  ...variant, expect: signedIn,
  claims: (claims, at) => ({ ...claims, sid: (at.sid = `session ${crypto.randomUUID()}`) }),
});

export default [
  { group: 'Logout tokens (1.7)', variants: tokens.map(signsInFirst) },
  { group: 'Front-channel logout (1.7)', variants: frames.map(signsInFirst) },
];
