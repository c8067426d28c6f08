/** glewlwyd, an OpenID provider in C, of Debian. Its users sign in through its own
 * application of the browser. */
import crypto from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { send } from '../user_agent.mjs';
import { freePort, Household, installed } from './processes.mjs';

const APPLICATION = '/usr/share/glewlwyd/webapp';
const NEEDED = {
  glewlwyd: '/usr/bin/glewlwyd',
  'glewlwyd-common': `${APPLICATION}/login.html`,
  sqlite3: '/usr/bin/sqlite3',
};
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';

/** Its store describes a client property that its OpenID Connect reads under another name. */
const SEVERAL_LOGOUT_URIS = `UPDATE g_client_module_instance SET gcmi_parameters = replace(gcmi_parameters,
  '"post_logout_redirect_uri":{"multiple":false', '"post_logout_redirect_uris":{"multiple":true');`;

/** The Debian package that is missing, or nothing. */
export const glewlwydLacks = () => Object.keys(NEEDED).find((name) => !installed(NEEDED[name]));

export const glewlwydUsers = ['gwen', 'hugo'].map((login) => ({ login, email: `${login}@glewlwyd.example` }));

/** Debian's configuration with a store and a port of its own. */
function configuration(folder, port) {
  const ours = {
    port,
    bind_address: '"127.0.0.1"',
    external_url: `"http://localhost:${port}"`,
    log_mode: '"console"',
    log_level: '"WARNING"',
    static_files_path: `"${folder}/webapp/"`,
  };
  const lines = fs
    .readFileSync('/etc/glewlwyd/glewlwyd.conf', 'utf8')
    .split('\n')
    .filter(
      (line) =>
        !line.startsWith('@include') && !Object.keys(ours).some((name) => line.startsWith(`${name}=`)),
    );
  return [
    ...Object.entries(ours).map(([name, value]) => `${name}=${value}`),
    ...lines,
    `database = { type = "sqlite3"; path = "${folder}/store.db"; };`,
  ].join('\n');
}

function plugin(issuer) {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    parameters: {
      iss: issuer,
      'jwt-type': 'rsa',
      'jwt-key-size': '256',
      key: privateKey,
      cert: publicKey,
      'access-token-duration': 3600,
      'refresh-token-duration': 3600,
      'code-duration': 60,
      'refresh-token-rolling': true,
      'allow-non-oidc': false,
      'auth-type-code-enabled': true,
      'auth-type-code-revoke-replayed': true,
      'auth-type-token-enabled': false,
      'auth-type-id-token-enabled': false,
      'auth-type-none-enabled': false,
      'auth-type-password-enabled': false,
      'auth-type-client-enabled': false,
      'auth-type-refresh-enabled': true,
      'pkce-allowed': true,
      'pkce-required': true,
      'pkce-method-plain-allowed': false,
      'address-claim': { type: 'no' },
      'email-claim': 'mandatory',
      'name-claim': 'mandatory',
      'scope-claim': 'no',
      claims: [{ name: 'preferred_username', 'user-property': 'username', type: 'string', mandatory: true }],
      'session-management-allowed': true,
      'session-cookie-name': 'GLEWLWYD2_OIDC_SID',
      'session-cookie-expiration': 3600,
      'front-channel-logout-allowed': true,
      'back-channel-logout-allowed': true,
      'oauth-as-iss-id': true,
      'subject-type': 'public',
      'jwks-show': true,
    },
  };
}

/** Calls of its administrator. */
async function administrator(base) {
  const headers = { 'content-type': 'application/json' };
  const call = async (path, body) => {
    const answer = await send(`${base}/api${path}`, 'POST', headers, JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`glewlwyd: POST ${path}: ${answer.status} ${answer.body}`);
    return answer;
  };
  const { cookies } = await call('/auth/', { username: 'admin', password: 'password' });
  headers.cookie = cookies.map((line) => line.split(';')[0]).join('; ');
  return call;
}

/** `client`: {id, secret, redirectUri, afterLogout, backchannel}. */
async function furnish(base, issuer, client) {
  const call = await administrator(base);
  await call('/mod/plugin/', plugin(issuer));
  await call('/client/', {
    client_id: client.id,
    name: 'Rollcall',
    confidential: true,
    password: client.secret,
    enabled: true,
    authorization_type: ['code', 'refresh_token'],
    redirect_uri: [client.redirectUri],
    scope: ['openid'],
    token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
    backchannel_logout_uri: client.backchannel,
    post_logout_redirect_uris: [client.afterLogout],
  });
  for (const { login, email } of glewlwydUsers) {
    await call('/user/', {
      username: login,
      name: `Person ${login}`,
      email,
      password: `${login}-password`,
      enabled: true,
      scope: ['openid'],
    });
  }
}

export async function startGlewlwyd(client) {
  const household = new Household('glewlwyd');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const { folder } = household;
  // It serves no file that is a link out of the folder, as most of Debian's are.
  fs.cpSync(APPLICATION, `${folder}/webapp`, { recursive: true, dereference: true });
  // In Debian 12 a folder by mistake.
  fs.rmSync(`${folder}/webapp/config.json`, { recursive: true });
  fs.copyFileSync('/usr/share/glewlwyd/templates/config.json', `${folder}/webapp/config.json`);
  execFileSync(NEEDED.sqlite3, [`${folder}/store.db`], {
    input: fs.readFileSync(SCHEMA) + SEVERAL_LOGOUT_URIS,
  });
  household.start(NEEDED.glewlwyd, [
    `--config-file=${household.write('glewlwyd.conf', configuration(folder, port))}`,
  ]);
  const issuer = `http://localhost:${port}/api/oidc`;
  try {
    await household.ready(`${base}/config`);
    await furnish(base, issuer, client);
  } catch (error) {
    await household.stop();
    throw error;
  }
  return { issuer, log: () => household.log(), stop: () => household.stop() };
}
