/** LemonLDAP::NG behind nginx, both of Debian, with its demo users: dwho and rtyler, whose password is their
 * name. */
import crypto from 'node:crypto';
import { freePort, Household, installed } from './processes.mjs';

const SHARE = '/usr/share/lemonldap-ng/portal';
const NEEDED = {
  'lemonldap-ng-fastcgi-server': '/usr/sbin/llng-fastcgi-server',
  'liblemonldap-ng-portal-perl': `${SHARE}/htdocs/index.psgi`,
  nginx: '/usr/sbin/nginx',
};

/** The Debian package that is missing, or nothing. */
export const lemonldapLacks = () => Object.keys(NEEDED).find((name) => !installed(NEEDED[name]));

export const lemonldapUsers = {
  dwho: { email: 'dwho@badwolf.org', groups: ['timelords', 'users'] },
  rtyler: { email: 'rtyler@badwolf.org', groups: ['earthlings', 'users'] },
};

const files = (folder, ...more) => ({ Directory: folder, LockDirectory: folder, ...more });

function configuration(folder, url, client) {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    cfgNum: 1,
    cfgVersion: '2.16.1',
    cfgDate: '1',
    cfgAuthor: 'conformance',
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Null',
    registerDB: 'Null',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    exportedVars: {},
    groups: {},
    macros: { _whatToTrace: '$_user', groupList: "[split '; ', $groups]" },
    whatToTrace: '_whatToTrace',
    portal: `${url}/`,
    domain: 'localhost',
    cookieName: 'lemonldap',
    securedCookie: 0,
    timeout: 3600,
    // What it sends to the client is an iframe of another site.
    cspFrameSrc: "'self' http:",
    cspChildSrc: "'self' http:",
    cspFormAction: "'self' http:",
    portalSkin: 'bootstrap',
    portalDisplayRegister: 0,
    checkXSS: 0,
    requireToken: 0,
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: files(`${folder}/sessions`),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: files(`${folder}/psessions`),
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: {
      namespace: 'sessions',
      default_expires_in: 600,
      cache_root: `${folder}/cache`,
      cache_depth: 3,
    },
    locationRules: {},
    exportedHeaders: {},
    applicationList: {},
    key: crypto.randomBytes(16).toString('hex'),
    issuerDBOpenIDConnectActivation: 1,
    issuerDBOpenIDConnectPath: '^/oauth2/',
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'sig',
    oidcServiceAllowAuthorizationCodeFlow: 1,
    oidcServiceMetaDataIssuer: `${url}/`,
    oidcRPMetaDataOptions: { rollcall: options(client) },
    oidcRPMetaDataExportedVars: {
      rollcall: { email: 'mail', name: 'cn', groups: 'groupList;array;array', email_verified: 'mail;bool' },
    },
    oidcRPMetaDataOptionsExtraClaims: { rollcall: { groups: 'groups' } },
  };
}

function options(client) {
  return {
    oidcRPMetaDataOptionsClientID: client.id,
    oidcRPMetaDataOptionsClientSecret: client.secret,
    oidcRPMetaDataOptionsRedirectUris: client.redirectUri,
    oidcRPMetaDataOptionsPostLogoutRedirectUris: client.afterLogout,
    oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
    oidcRPMetaDataOptionsUserIDAttr: 'uid',
    oidcRPMetaDataOptionsBypassConsent: 1,
    oidcRPMetaDataOptionsRequirePKCE: 1,
    oidcRPMetaDataOptionsIDTokenExpiration: 600,
    oidcRPMetaDataOptionsRefreshToken: 1,
    oidcRPMetaDataOptionsAccessTokenExpiration: 600,
    oidcRPMetaDataOptionsAuthorizationCodeExpiration: 60,
    oidcRPMetaDataOptionsLogoutType: 'front',
    oidcRPMetaDataOptionsLogoutUrl: client.frontchannel,
    oidcRPMetaDataOptionsLogoutSessionRequired: 1,
  };
}

const ini = (folder) => `[all]
logLevel = warn
[configuration]
type = File
dirName = ${folder}/conf
localStorage = Cache::FileCache
localStorageOptions = { 'namespace' => 'config', 'default_expires_in' => 600, 'cache_root' => '${folder}/cache', 'cache_depth' => 3 }
[portal]
staticPrefix = /static
templateDir = ${SHARE}/templates
languages = en
`;

/** As Debian's portal-nginx.conf, for an own socket and port. */
const nginx = (folder, port) => `daemon off;
user ${process.getuid() === 0 ? 'root' : 'nobody'};
pid ${folder}/nginx.pid;
worker_processes 1;
error_log stderr;
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path ${folder}/body;
  fastcgi_temp_path ${folder}/fastcgi; proxy_temp_path ${folder}/proxy; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${SHARE}/htdocs/;
    if ($uri !~ ^/((static|javascript|favicon).*|.*\\.psgi)) { rewrite ^/(.*)$ /index.psgi/$1 break; }
    location ~ ^(?<sc>/.*\\.psgi)(?:$|/) {
      include /etc/nginx/fastcgi_params;
      fastcgi_pass unix:${folder}/run/llng.sock;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_param LLTYPE psgi;
      fastcgi_param SCRIPT_FILENAME $document_root$sc;
      fastcgi_split_path_info ^(.*\\.psgi)(/.*)$;
      fastcgi_param PATH_INFO $fastcgi_path_info;
    }
    location /static/ { alias ${SHARE}/htdocs/static/; }
    location /javascript/ { alias /usr/share/javascript/; }
  }
}
`;

/** `client`: {id, secret, redirectUri, afterLogout, frontchannel}. */
export async function startLemonldap(client) {
  const household = new Household('lemonldap');
  const { folder } = household;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  for (const name of ['sessions', 'psessions', 'cache', 'run']) household.room(name);
  household.write('conf/lmConf-1.json', JSON.stringify(configuration(folder, url, client)));
  const file = household.write('lemonldap-ng.ini', ini(folder));
  household.start(
    NEEDED['lemonldap-ng-fastcgi-server'],
    ['--foreground', '-n', '3', '-p', `${folder}/run/llng.pid`, '-s', `${folder}/run/llng.sock`],
    {
      plain: true,
      env: {
        LLNG_DEFAULTCONFFILE: file,
        LLNG_DEFAULTLOGGER: 'Lemonldap::NG::Common::Logger::Std',
        USER: '',
        GROUP: '',
      },
    },
  );
  household.start(NEEDED.nginx, [
    '-c',
    household.write('nginx.conf', nginx(folder, port)),
    '-e',
    'stderr',
    '-p',
    folder,
  ]);
  try {
    await household.ready(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
  } catch (error) {
    await household.stop();
    throw error;
  }
  return { issuer: `${url}/`, log: () => household.log(), stop: () => household.stop() };
}
