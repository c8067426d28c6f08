/** Renewals (oidc 1.8): an hour after the sign-in the gateway asks again. `ends` says what becomes of the session:
 * renewed, kept (the IdP is in trouble: put off, within its grace) or ended. */
import { set, signedIn, without } from '../expected.mjs';
import { slow, status } from '../faults.mjs';
import { compact } from '../tokens.mjs';

const withoutIdToken = { body: without('id_token') };
/** Changes userinfo after the sign-in alone. */
const laterUserinfo = (change) => (person, at) => (at.renewing ? change(person) : person);

const variants = [
  { name: 'rn-ok', why: 'new tokens for the same person', renewal: {}, ends: 'renewed' },
  {
    name: 'rn-twice',
    why: 'and once more an hour later, with the newest refresh token',
    renewal: {},
    twice: true,
    ends: 'renewed',
  },
  {
    name: 'rn-parallel',
    why: 'ten requests at once: one refresh',
    renewal: {},
    requests: 10,
    ends: 'renewed',
  },
  { name: 'rn-no-idtoken', why: 'no ID token: userinfo is asked', renewal: withoutIdToken, ends: 'renewed' },
  {
    name: 'rn-not-rotated',
    why: 'the refresh token stays the same',
    renewal: { rotates: false },
    ends: 'renewed',
  },
  {
    name: 'rn-bad-sub',
    why: 'ID token of somebody else',
    renewal: { claims: set({ sub: 'victim' }) },
    ends: 'ended',
  },
  {
    name: 'rn-other-person',
    why: 'ID token and userinfo of somebody else',
    renewal: { claims: set({ sub: 'victim' }) },
    userinfo: laterUserinfo(set({ sub: 'victim' })),
    ends: 'ended',
  },
  {
    name: 'rn-bad-iss',
    why: 'ID token of another issuer',
    renewal: { claims: set({ iss: 'https://idp.example' }) },
    ends: 'ended',
  },
  {
    name: 'rn-ui-bad-sub',
    why: 'no ID token, userinfo of somebody else',
    renewal: withoutIdToken,
    userinfo: laterUserinfo(set({ sub: 'victim' })),
    ends: 'ended',
  },
  {
    name: 'rn-invalid-grant',
    why: 'the refresh token is refused',
    renewal: { serve: status(400, '{"error":"invalid_grant"}') },
    ends: 'ended',
  },
  { name: 'rn-500', why: '500', renewal: { serve: status(500) }, ends: 'kept' },
  { name: 'rn-429', why: '429', renewal: { serve: status(429) }, ends: 'kept' },
  { name: 'rn-slow', why: 'no answer', renewal: { serve: slow }, ends: 'kept' },
  {
    name: 'rn-not-json',
    why: 'a page',
    renewal: { serve: status(200, '<html>', 'text/html') },
    ends: 'kept',
  },
  {
    name: 'rn-badsig',
    why: 'ID token with a wrong signature',
    renewal: { sign: (h, p, at) => compact(h, p, at.keys.stranger.privateKey) },
    ends: 'kept',
  },
  {
    name: 'rn-none',
    why: 'ID token unsigned',
    renewal: { header: (head) => ({ ...head, alg: 'none' }) },
    ends: 'kept',
  },
  {
    name: 'rn-bad-aud',
    why: 'ID token for another client',
    renewal: { claims: set({ aud: 'another-client' }) },
    ends: 'kept',
  },
  {
    name: 'rn-nonce',
    why: 'ID token with another nonce',
    renewal: { claims: set({ nonce: 'another' }) },
    ends: 'kept',
  },
  { name: 'rn-no-refresh-token', why: 'none was given, the IdP answers: sign in again', ends: 'ended' },
  {
    name: 'rn-idp-down',
    why: 'none was given, the IdP is down',
    serve: {
      discovery: (response, at) => (at.down ? response.writeHead(503).end() : 'as usual'),
      jwks: (response, at) => (at.down ? response.writeHead(503).end() : 'as usual'),
    },
    ends: 'kept',
  },
];

export default variants.map((variant) => ({
  ...variant,
  expect: signedIn,
  oidc: { scopes: ['profile', 'email', 'offline_access'] },
}));
