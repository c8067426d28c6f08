/** The ways in which a client may be registered at oidc-provider, and the connection that fits each. */

const SECRET = 's3cr3t+/=&%x of a peer: 32 bytes or more';
const withKey = {
  client: { token_endpoint_auth_method: 'private_key_jwt' },
  oidc: { token_auth: 'private_key_jwt' },
};
const encrypted = (enc, { client, oidc } = {}) => ({
  oidc: { ...oidc, encrypted_id_token: true },
  client: {
    ...client,
    id_token_encrypted_response_alg: 'RSA-OAEP-256',
    id_token_encrypted_response_enc: enc,
  },
});

/** `client` goes to the provider, `oidc` into the connection. */
export const ways = [
  { id: 'basic', about: 'client_secret_basic' },
  { id: 'post', about: 'client_secret_post', client: { token_endpoint_auth_method: 'client_secret_post' } },
  { id: 'form', about: 'response_mode form_post', oidc: { response_mode: 'form_post' } },
  {
    id: 'secret-jwt',
    about: 'client_secret_jwt',
    client: { token_endpoint_auth_method: 'client_secret_jwt' },
    oidc: { token_auth: 'client_secret_jwt' },
  },
  { id: 'key-jwt', about: 'private_key_jwt', ...withKey },
  {
    id: 'public',
    about: 'no client authentication',
    client: { token_endpoint_auth_method: 'none' },
    oidc: { token_auth: 'none', client_secret: undefined },
  },
  { id: 'ps256', about: 'ID tokens with PS256', client: { id_token_signed_response_alg: 'PS256' } },
  { id: 'es256', about: 'ID tokens with ES256', client: { id_token_signed_response_alg: 'ES256' } },
  {
    id: 'eddsa',
    about: 'ID tokens with EdDSA',
    client: { id_token_signed_response_alg: 'EdDSA' },
    oidc: { algorithms: ['EdDSA'] },
  },
  {
    id: 'signed-ui',
    about: 'userinfo as a signed document',
    client: { userinfo_signed_response_alg: 'RS256' },
  },
  { id: 'jwe-gcm', about: 'ID tokens encrypted, A256GCM', ...encrypted('A256GCM') },
  {
    id: 'jwe-cbc',
    about: 'ID tokens encrypted, A128CBC-HS256; private_key_jwt',
    ...encrypted('A128CBC-HS256', withKey),
  },
  {
    id: 'refresh',
    about: 'offline_access: a refresh token comes along',
    oidc: { scopes: ['profile', 'email', 'groups', 'offline_access'] },
  },
];

export const pushedWays = [
  { id: 'par-basic', about: 'pushed, client_secret_basic' },
  { id: 'par-key-jwt', about: 'pushed, private_key_jwt', ...withKey },
  { id: 'par-form', about: 'pushed, form_post', oidc: { response_mode: 'form_post' } },
];

/** The registration at the provider; `endpoints` are the connection's. */
export function registration({ id, client = {} }, endpoints, base) {
  const usesKeys =
    client.token_endpoint_auth_method === 'private_key_jwt' || client.id_token_encrypted_response_alg;
  const secret = ['none', 'private_key_jwt'].includes(client.token_endpoint_auth_method)
    ? {}
    : { client_secret: SECRET };
  return {
    client_id: `rollcall-${id}`,
    ...secret,
    redirect_uris: [endpoints.callback],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    post_logout_redirect_uris: [`${base}/logout/done`],
    backchannel_logout_uri: endpoints.backchannel,
    backchannel_logout_session_required: true,
    ...(usesKeys ? { jwks_uri: endpoints.jwks } : {}),
    ...client,
  };
}

export function connection({ id, oidc = {} }, issuer) {
  return {
    email_verified_by: 'claim',
    groups_claim: 'groups',
    oidc: {
      issuer,
      client_id: `rollcall-${id}`,
      client_secret: SECRET,
      scopes: ['profile', 'email', 'groups'],
      allow_insecure_loopback: true,
      ...oidc,
    },
  };
}
