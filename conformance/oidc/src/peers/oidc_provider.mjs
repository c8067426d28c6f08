/** npm oidc-provider, a certified OpenID provider, in this process: any password signs anybody in. */
import './quiet.mjs';
import http from 'node:http';
import * as jose from 'jose';
import Provider from 'oidc-provider';

/** What is missing for it, or nothing. */
export const oidcProviderLacks = () => (parseInt(process.versions.node, 10) < 20 ? 'node 20' : undefined);

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

async function signingKeys() {
  const keys = await Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
      return { ...(await jose.exportJWK(privateKey)), alg, use: 'sig', kid: `${alg} key` };
    }),
  );
  return { keys };
}

/** What the provider says of whoever signs in as `login`. */
export const person = (login) => ({
  sub: `subject-of-${login}`,
  email: login.includes('@') ? login : `${login}@peers.example`,
  email_verified: true,
  name: `Person ${login}`,
  given_name: 'Person',
  family_name: login,
  groups: [`${login}-team`, 'everybody'],
});

function configuration(clients, jwks, pushedOnly) {
  return {
    clients,
    jwks,
    // A back channel to this machine is refused by default.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    findAccount: (_, login) => ({ accountId: login, claims: () => ({ ...person(login), sub: login }) }),
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
      profile: ['name', 'given_name', 'family_name'],
    },
    scopes: ['openid', 'offline_access', 'email', 'profile', 'groups'],
    cookies: { keys: ['a key for the tests of one run'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    clientBasedCORS: () => false,
    features: {
      backchannelLogout: { enabled: true },
      encryption: { enabled: true },
      jwtUserinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: pushedOnly },
      rpInitiatedLogout: { enabled: true },
      revocation: { enabled: true },
    },
  };
}

/** Listens on a free loopback port under the name of localhost, which is another site than 127.0.0.1. */
export async function startOidcProvider({ pushedOnly = false, clients }) {
  const server = http.createServer();
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, configuration(clients, await signingKeys(), pushedOnly));
  const faults = [];
  for (const event of [
    'server_error',
    'backchannel.error',
    'grant.error',
    'pushed_authorization_request.error',
  ]) {
    provider.on(event, (_, error) =>
      faults.push(`${event}: ${error.message} ${error.error_description ?? ''}`),
    );
  }
  server.on('request', provider.callback());
  return {
    name: `oidc-provider ${pushedOnly ? 'with pushed requests only' : ''}`.trim(),
    issuer,
    faults,
    /** Signs its browser session out at the provider itself. */
    endSession: `${issuer}/session/end`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
