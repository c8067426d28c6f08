/** Answers of the token endpoint, of userinfo, and requests that are pushed (oidc 1.3, 1.4). */
import { refused, set, signedIn, without } from '../expected.mjs';
import { cutOff, drip, huge, notFound, redirectTo, slow, status } from '../faults.mjs';
import { compact, signatures } from '../tokens.mjs';

const broken = refused('token_endpoint', 'idp_unreachable');
const token = [
  { name: 'no-idtoken', why: 'no id_token', token: without('id_token'), expect: refused('token_endpoint') },
  { name: 'idtoken-number', why: 'id_token is a number', token: set({ id_token: 7 }),
    expect: refused('token_endpoint') },
  { name: 'no-access-token', why: 'no access_token', token: without('access_token'),
    expect: refused('token_endpoint') },
  { name: 'tt-mac', why: 'token_type mac', token: set({ token_type: 'mac' }),
    expect: refused('token_endpoint') },
  { name: 'tt-missing', why: 'no token_type', token: without('token_type'),
    expect: refused('token_endpoint') },
  { name: 'tt-lower', why: 'token_type bearer, in small letters', token: set({ token_type: 'bearer' }),
    expect: signedIn },
  { name: 'expires-string', why: 'expires_in is text, as some IdPs have it',
    token: set({ expires_in: '300' }), expect: signedIn },
  { name: 'expires-absent', why: 'no expires_in', token: without('expires_in'), expect: signedIn },
  { name: 'token-dup-member', why: 'id_token twice',
    token: (body) => JSON.stringify(body).replace('{', '{"id_token":"a.b.c",'),
    expect: refused('token_endpoint', 'duplicate_member') },
  { name: 'token-array', why: 'a list', token: (body) => [body], expect: refused('token_endpoint') },
  { name: 'token-not-json', why: 'no JSON', serve: { token: status(200, 'id_token=a.b.c') },
    expect: refused('token_endpoint') },
  { name: 'token-html', why: 'good JSON as text/html', tokenType: 'text/html',
    expect: refused('token_endpoint') },
  { name: 'token-500', why: '500', serve: { token: status(500, '{"error":"server_error"}') },
    expect: broken },
  { name: 'token-invalid-grant', why: 'the code is refused',
    serve: { token: status(400, '{"error":"invalid_grant","error_description":"<b>no</b>"}') },
    expect: refused('token_endpoint') },
  { name: 'token-200-error', why: 'an error with status 200',
    serve: { token: status(200, '{"error":"invalid_grant"}') }, expect: refused('token_endpoint') },
  { name: 'token-redirect', why: 'a redirect, which would hand the code on',
    serve: { token: redirectTo('ok/token') }, expect: refused('token_endpoint') },
  { name: 'token-slow', why: 'no answer', serve: { token: slow }, expect: broken, within: 12 },
  { name: 'token-drip', why: 'a byte now and then', serve: { token: drip }, expect: broken, within: 12 },
  { name: 'token-cut-off', why: 'the connection ends in the middle', serve: { token: cutOff },
    expect: broken },
  { name: 'token-2MB', why: 'an answer of 2 MiB', serve: { token: huge(2) }, expect: broken },
];

/** The address is at userinfo alone, so that it has to be asked. */
const claims = without('email', 'email_verified', 'name', 'given_name', 'family_name');
const silent = refused('email_unverified', ...broken.codes);
const asked = (at) => (at.hits.userinfo > 0 ? [] : ['userinfo was not asked']);
const signed = (make) => ({
  serve: { userinfo: async (response, at) => {
    const text = await at.token(make, { iss: at.url, aud: at.clientId, ...at.person() }, at.latest, { typ: undefined });
    response.writeHead(200, { 'content-type': 'application/jwt' }).end(text);
  } },
});
const userinfo = [
  { name: 'ui-ok', why: 'the address is at userinfo alone', expect: signedIn },
  { name: 'ui-bad-sub', why: 'sub of somebody else', userinfo: set({ sub: 'victim' }),
    expect: refused('userinfo_sub_mismatch') },
  { name: 'ui-no-sub', why: 'no sub', userinfo: without('sub'), expect: refused('userinfo_sub_mismatch') },
  { name: 'ui-sub-case', why: 'sub in another case',
    userinfo: (person) => ({ ...person, sub: person.sub.toUpperCase() }),
    expect: refused('userinfo_sub_mismatch') },
  { name: 'ui-array', why: 'a list', userinfo: (person) => [person],
    expect: refused('userinfo_sub_mismatch', 'token_endpoint') },
  { name: 'ui-dup-sub', why: 'sub twice, the right one last',
    userinfo: (person) => JSON.stringify(person).replace('{', '{"sub":"victim",'),
    expect: refused('duplicate_member') },
  { name: 'ui-not-json', why: 'no JSON', serve: { userinfo: status(200, 'sub=victim') }, expect: silent },
  { name: 'ui-500', why: '500', serve: { userinfo: status(500) }, expect: silent },
  { name: 'ui-401', why: '401', serve: { userinfo: status(401) }, expect: silent },
  { name: 'ui-redirect', why: 'a redirect, which would hand the access token on',
    serve: { userinfo: redirectTo('ok/userinfo') }, expect: silent },
  { name: 'ui-slow', why: 'no answer', serve: { userinfo: slow }, expect: silent, within: 12 },
  { name: 'ui-2MB', why: 'an answer of 2 MiB', serve: { userinfo: huge(2) }, expect: silent },
  { name: 'ui-500-known', why: '500, but the ID token says who it is: groups are unknown, not none',
    claims: (said) => said, serve: { userinfo: status(500) }, expect: signedIn,
    trace: (trace) => (trace.groups?.state === 'unknown' ? [] : [`groups are ${JSON.stringify(trace.groups)}`]) },
  { name: 'ui-signed-ok', why: 'a signed document', ...signed({}), expect: signedIn },
  { name: 'ui-signed-badsig', why: 'signed with another key',
    ...signed({ sign: (h, p, at) => compact(h, p, at.keys.stranger.privateKey) }),
    expect: refused('signature_invalid') },
  { name: 'ui-signed-none', why: 'signed with none',
    ...signed({ sign: (h, p) => compact({ alg: 'none' }, p, null, signatures.none) }),
    expect: refused('alg_forbidden') },
  { name: 'ui-signed-aud', why: 'signed for another client',
    ...signed({ claims: set({ aud: 'another-client' }) }), expect: refused('audience_mismatch') },
  { name: 'ui-signed-iss', why: 'signed by another issuer',
    ...signed({ claims: set({ iss: 'https://idp.example' }) }), expect: refused('issuer_mismatch') },
].map((variant) => ({ claims, after: asked, ...variant }));

const auth = (method, more = {}) => ({
  oidc: { token_auth: method, ...more },
  discovery: (document) => ({ ...document, token_endpoint_auth_methods_supported: [method] }),
  expect: signedIn,
});
const clients = [
  { name: 'auth-basic', why: 'client_secret_basic with a secret full of signs',
    ...auth('client_secret_basic') },
  { name: 'auth-post', why: 'client_secret_post', ...auth('client_secret_post') },
  { name: 'auth-secret-jwt', why: 'client_secret_jwt', ...auth('client_secret_jwt') },
  { name: 'auth-key-jwt', why: 'private_key_jwt, verified with the keys that we publish',
    ...auth('private_key_jwt') },
  { name: 'auth-none', why: 'no client secret, PKCE alone', ...auth('none', { client_secret: undefined }) },
];

const par = { discovery: (document, at) => ({ ...document,
  pushed_authorization_request_endpoint: `${at.url}/par`, require_pushed_authorization_requests: true }) };
const pushed = [
  { name: 'par', why: 'the request is pushed', ...par, expect: signedIn,
    after: (at) => (at.hits.par ? [] : ['nothing was pushed']) },
  { name: 'par-500', why: 'the push fails', ...par, serve: { par: status(500) }, expect: broken },
  { name: 'par-no-uri', why: 'no request_uri comes back', ...par,
    serve: { par: status(201, '{"expires_in":60}') }, expect: refused('token_endpoint') },
  { name: 'par-404', why: 'nobody to push to', ...par, serve: { par: notFound }, expect: broken },
  { name: 'par-redirect', why: 'the push is redirected', ...par, serve: { par: redirectTo('ok/par') },
    expect: broken },
  { name: 'par-slow', why: 'no answer to the push', ...par, serve: { par: slow }, expect: broken,
    within: 12 },
];

export default [
  { group: 'Token endpoint (1.4)', variants: token },
  { group: 'Client authentication (1.4)', variants: clients },
  { group: 'Pushed requests (1.4)', variants: pushed },
  { group: 'Userinfo (1.3)', variants: userinfo },
];
