/** What sign-in needs and leaves behind: connections and their secrets, domains, sign-ins, sessions, identities. */
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import * as api from './api';
import { expect, same, type Suite } from './suite';

/** The trace id of a browser's way to /login; fetch() would not pass for a browser. */
function signIn(url: string): Promise<string> {
  const get = url.startsWith('https:') ? getSecure : getPlain;
  return new Promise((resolve, reject) => {
    get(url, { headers: { accept: 'text/html' } }, (answer) => {
      answer.resume();
      resolve(String(answer.headers['x-rollcall-trace']));
    }).on('error', reject);
  });
}

export async function useSignIn(suite: Suite, gateway: string): Promise<void> {
  const client = suite.operator;
  const organization = `sign-in-${suite.tag}`;
  const path = { organization };
  const okta = { organization, connection: 'okta' };
  const domain = `${suite.tag}.example`;
  const settings = (clientId: string, secret?: string): api.ConnectionSettings => ({
    protocol: 'oidc', vendor: 'okta', domains: [domain],
    oidc: { issuer: 'https://idp.invalid', client_id: clientId, ...(secret ? { client_secret: secret } : {}) } });

  await suite.step('a connection keeps its secret to itself', async () => {
    await suite.done(api.createOrganization({ client, body: { slug: organization, preset: 'dagster', plan: 'pro' } }), 201);
    const made = await suite.done(api.putConnection({ client, path: okta, body: settings('c', 'hush-hush') }), 201);
    same([made.state, made.secrets], ['ready', ['client_secret']], 'the connection');
    expect(made.addresses!.redirect_uri!.endsWith(`/oidc/${organization}/okta/callback`), 'another redirect URI');
    const again = await suite.done(api.putConnection({ client, path: okta, body: settings('d') }));
    same(again.secrets, ['client_secret'], 'the secrets after a change that states none');
    for (const shown of [made, again, await suite.done(api.getConnection({ client, path: okta })),
      await suite.done(api.listConnections({ client, path })), await suite.done(api.listAuditEvents({ client, path })),
      await suite.done(api.exportOrganization({ client, path, parseAs: 'text' }))]) {
      expect(!JSON.stringify(shown).includes('hush-hush'), 'the secret is shown');
    }
    await suite.refused(api.putConnection({ client, path: okta, body: {
      protocol: 'oidc', oidc: { algorithms: ['none' as 'RS256'] } } }), 422, 'invalid_value');
  });

  await suite.step('a connection is tested before people use it', async () => {
    await suite.done(api.changeOrganization({ client, path, body: { policy: { require_connection_test: true } } }));
    same((await suite.done(api.getConnection({ client, path: okta }))).state, 'untested', 'the state');
    const saved = await suite.done(api.testConnection({ client, path: okta }), 201);
    const draft = await suite.done(api.testConnection({ client, path: okta, body: settings('e') }), 201);
    expect(saved.login_url !== draft.login_url, 'the links are the same');
    await suite.refused(api.testConnection({ client, path: okta, body: { protocol: 'oidc' } }),
      409, 'connection_incomplete');
    await suite.done(api.changeOrganization({ client, path, body: { policy: { require_connection_test: false } } }));
  });

  await suite.step('a domain is verified by the operator or by the DNS', async () => {
    const named = await suite.done(api.getDomain({ client, path: { ...path, domain } }));
    same([named.method, named.record.name], ['operator', `_rollcall.${domain}`], 'the domain of the connection');
    const other = { ...path, domain: `other.${domain}` };
    await suite.done(api.putDomain({ client, path: other }), 201);
    same((await suite.done(api.listDomains({ client, path }))).items.length, 2, 'domains');
    // The operator's word stands without a record; only the DNS may not answer.
    const { response } = await api.verifyDomain({ client, path: other });
    expect([200, 503].includes(response.status), `the verification gave ${response.status}`);
    await suite.done(api.removeDomain({ client, path: other }), 204);
    await suite.refused(api.removeDomain({ client, path: other }), 404, 'not_found');
  });

  await suite.step('a sign-in that fails is told step by step', async () => {
    const trace = await signIn(`${gateway}/login?connection=${organization}/okta`);
    const told = await suite.done(api.getSignIn({ client, path: { ...path, trace: trace.toLowerCase() } }));
    same([told.trace, told.connection, told.outcome], [trace, 'okta', 'refused'], 'the sign-in');
    same(told.reason, 'idp_unreachable', 'the reason');
    same(told.groups.state, 'unknown', 'the groups');
    const refused = await suite.done(api.listSignIns({ client, path, query: { outcome: 'refused', connection: 'okta' } }));
    same(refused.items.map((one) => one.trace), [trace], 'the refused ones');
    same((await suite.done(api.listSignIns({ client, path, query: { outcome: 'signed_in' } }))).items, [], 'the others');
    await suite.refused(api.getSignIn({ client, path: { ...path, trace: 'AAAA-AAAA-AAAA' } }), 404, 'not_found');
  });

  await suite.step('sessions and identities of who never signed in', async () => {
    const ada = await suite.done(api.createUser({ client, path, body: { email: `ada@${domain}` } }), 201);
    const user = { organization, user: ada.id };
    same((await suite.done(api.getUser({ client, path: user }))).identities, [], 'the identities');
    await suite.refused(api.unlinkIdentity({ client, path: { ...user, connection: 'okta' } }), 404, 'not_found');
    same(await suite.all((cursor) => api.listSessions({ client, path, query: { user: ada.id, cursor } })), [], 'the sessions');
    same((await suite.done(api.endSessions({ client, path, query: { user: ada.id } }))).ended, 0, 'how many ended');
    await suite.refused(api.endSessions({ client, path }), 422, 'invalid_value');
    await suite.refused(api.endSession({ client, path: { ...path, session: ada.id } }), 404, 'not_found');
    await suite.refused(api.checkAccess({ client, body: {
      organization, principal: { session: ada.id }, checks: [] } }), 404, 'not_found');
  });
}
