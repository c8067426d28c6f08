/** The IdPs as scenes.mjs wants them: started, connected, with the clicks that their pages take. */
import http from 'node:http';
import { HostileIdp } from '../hostile/idp.mjs';
import { connection, registration } from '../peers/connections.mjs';
import { glewlwydUsers, startGlewlwyd } from '../peers/glewlwyd.mjs';
import { lemonldapUsers, startLemonldap } from '../peers/lemonldap.mjs';
import { person, startOidcProvider } from '../peers/oidc_provider.mjs';

/** LemonLDAP::NG and glewlwyd compare basic authentication without decoding the form (RFC 6749 §2.3.1), so no
 * sign may need that. */
const PLAIN_SECRET = 'asecretoflettersalone';

const user = (login) => ({ login, ...person(login) });

/** Clicks through login and consent, whichever the provider still asks for. */
async function enterOidcProvider(page, login) {
  const field = page.locator('input[name=login]');
  if (await field.count()) {
    await field.fill(login);
    await page.fill('input[name=password]', 'any');
    await Promise.all([
      page.waitForURL((url) => url.pathname !== '/login'),
      page.click('button[type=submit]'),
    ]);
  }
  const consent = page.locator('input[name=prompt][value=consent]');
  if (await consent.count()) await page.click('button[type=submit]');
}

export async function oidcProvider(organization, way) {
  const endpoints = organization.endpoints(way.id);
  const provider = await startOidcProvider({
    clients: [registration(way, endpoints, organization.gateway.base)],
  });
  await organization.connect(way.id, connection(way, provider.issuer));
  const confirm = (page) => page.click('button[name=logout]');
  return {
    endpoints,
    users: [user('anna'), user('bert')],
    endsOurs: true,
    enter: enterOidcProvider,
    confirm,
    async logOut(page) {
      await page.goto(provider.endSession);
      await confirm(page);
      await page.waitForLoadState();
    },
    stop: () => provider.stop(),
  };
}

export async function lemonldap(organization) {
  const id = 'lemonldap';
  const endpoints = organization.endpoints(id);
  const client = {
    id: 'rollcall',
    secret: PLAIN_SECRET,
    redirectUri: endpoints.callback,
    afterLogout: `${organization.gateway.base}/logout/done`,
    frontchannel: endpoints.frontchannel,
  };
  const portal = await startLemonldap(client);
  await organization.connect(id, {
    email_verified_by: 'domain',
    domains: ['badwolf.org'],
    groups_claim: 'groups',
    oidc: {
      issuer: portal.issuer,
      client_id: client.id,
      client_secret: client.secret,
      scopes: ['profile', 'email', 'groups'],
      allow_insecure_loopback: true,
    },
  });
  return {
    endpoints,
    log: () => portal.log(),
    // Its second tab overwrites the request of the first. Its frame names the user, not a session: no sid of ours.
    oneTab: true,
    users: Object.entries(lemonldapUsers).map(([login, rest]) => ({ login, ...rest })),
    async enter(page, login) {
      const field = page.locator('input[name=user]');
      if (!(await field.count())) return;
      await field.fill(login);
      await page.fill('input[name=password]', login);
      await page.click('button[type=submit]');
    },
    async confirm(page) {
      await page.click('button.positive');
      // The page with the frames goes on by itself after 30 s.
      await page.click('a:has-text("Continue"), button:has-text("Continue")');
    },
    stop: () => portal.stop(),
  };
}

/** The IdP of the hostile suite, in a good mood: it lets everybody in without asking, and its page of logout
 * holds a frame of ours, as OpenID Connect Front-Channel Logout 1.0 §3 has it. */
export async function framingIdp(organization) {
  const idp = new HostileIdp([
    { name: 'frames', claims: (claims) => ({ ...claims, sid: 'a session there' }) },
  ]);
  await idp.listen();
  const at = idp.issuers.get('frames');
  const endpoints = organization.endpoints('frames');
  at.endpoints = endpoints;
  await organization.connect('frames', at.connection());
  const source = `${endpoints.frontchannel}?${new URLSearchParams({ iss: at.url, sid: 'a session there' })}`;
  const server = http.createServer((request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<h1>Signing out</h1><iframe src="${source.replace('&', '&amp;')}"></iframe>`);
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoints,
    users: [{ email: at.email }],
    enter: async () => {},
    framePage: () => `http://localhost:${server.address().port}/`,
    stop() {
      idp.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Its page shows the form, then what the application asks for, then a way on. */
async function enterGlewlwyd(page, login) {
  const [name, grant, on] = [
    '#username',
    'button:text("Grant access")',
    'button.btn-success:not([disabled])',
  ];
  await page.waitForSelector([name, grant, on].join());
  if (await page.locator(name).count()) {
    await page.fill(name, login);
    await page.fill('#password', `${login}-password`);
    await page.click('button[type=submit]');
    await page.waitForSelector([grant, on].join());
  }
  if (await page.locator(grant).count()) await page.click(grant);
  await page.click(on);
}

export async function glewlwyd(organization) {
  const id = 'glewlwyd';
  const endpoints = organization.endpoints(id);
  const client = {
    id: 'rollcall',
    secret: PLAIN_SECRET,
    redirectUri: endpoints.callback,
    afterLogout: `${organization.gateway.base}/logout/done`,
    backchannel: endpoints.backchannel,
  };
  const server = await startGlewlwyd(client);
  await organization.connect(id, {
    email_verified_by: 'domain',
    domains: ['glewlwyd.example'],
    oidc: {
      issuer: server.issuer,
      client_id: client.id,
      client_secret: client.secret,
      scopes: [],
      allow_insecure_loopback: true,
    },
  });
  return {
    endpoints,
    users: glewlwydUsers,
    log: () => server.log(),
    enter: enterGlewlwyd,
    confirm: (page) => page.click('button.btn-danger:has-text("Logout")'),
    stop: () => server.stop(),
  };
}
