/** People and groups of one organization: paging, versions, repeated calls, removal, SCIM, audit. */
import * as api from './api';
import { expect, same, type Suite } from './suite';

export async function runPeople(suite: Suite): Promise<void> {
  const client = suite.operator;
  const organization = `people-${suite.tag}`;
  const path = { organization };
  const mail = (name: string) => `${name}@people.example`;

  await suite.step('an organization for people', async () => {
    await suite.done(api.createOrganization({
      client, body: { slug: organization, preset: 'dagster', plan: 'pro' } }), 201);
  });

  await suite.step('users page by cursor: all of them, each once', async () => {
    for (let number = 0; number < 7; ++number) {
      await suite.done(api.createUser({ client, path, body: { email: mail(`u${number}`) } }), 201);
    }
    const users = await suite.all((cursor) => api.listUsers({ client, path, query: { cursor, limit: 3 } }));
    same(users.map((user) => user.user_name).sort(), [...Array(7).keys()].map((n) => mail(`u${n}`)), 'the users');
    const { next } = await suite.done(api.listUsers({ client, path, query: { limit: 3 } }));
    await suite.refused(api.listGroups({ client, path, query: { cursor: next! } }), 422, 'invalid_value');
    await suite.refused(api.listUsers({ client, path, query: { limit: 500 } }), 422, 'invalid_value');
  });

  await suite.step('a change for an older version is refused', async () => {
    const made = await suite.done(api.createUser({ client, path, body: { email: mail('eve') } }), 201);
    const user = { organization, user: made.id };
    const { response } = await suite.answered(api.getUser({ client, path: user }));
    const etag = response.headers.get('ETag')!;
    const body = { given_name: 'Eve' };
    await suite.done(api.changeUser({ client, path: user, body, headers: { 'If-Match': etag } }));
    await suite.refused(api.changeUser({ client, path: user, body, headers: { 'If-Match': etag } }),
      412, 'version_mismatch');
    await suite.refused(api.removeUser({ client, path: user, headers: { 'If-Match': etag } }),
      412, 'version_mismatch');
  });

  await suite.step('what did not change is not sent again', async () => {
    const group = await suite.done(api.createGroup({ client, path, body: { name: 'Crew' } }), 201);
    await suite.done(api.createDeployment({ client, path, body: { name: 'prod' } }), 201);
    const prod = { organization, deployment: 'prod' };
    const { response } = await suite.answered(api.getDeployment({ client, path: prod }));
    const headers = { 'If-None-Match': response.headers.get('ETag')! };
    await suite.answered(api.getDeployment({ client, path: prod, headers }), 304);
    const renamed = await suite.done(api.changeGroup({
      client, path: { organization, group: group.id }, body: { name: 'Team' } }));
    same(renamed.name, 'Team', 'the name');
  });

  await suite.step('a repeated call is done once', async () => {
    const headers = { 'Idempotency-Key': `key-${suite.tag}` };
    const call = (email: string) => api.createUser({ client, path, headers, body: { email } });
    const first = await suite.done(call(mail('once')), 201);
    const second = await suite.answered(call(mail('once')), 201);
    same(second.data.id, first.id, 'the user');
    same(second.response.headers.get('Idempotent-Replayed'), 'true', 'the replay');
    await suite.refused(call(mail('other')), 409, 'idempotency_key_reused');
  });

  await suite.step('names that are taken, values that are wrong', async () => {
    await suite.refused(api.createUser({ client, path, body: { email: mail('U1') } }), 409, 'email_taken');
    await suite.refused(api.createUser({
      client, path, body: { email: mail('free'), user_name: mail('u1') } }), 409, 'user_name_taken');
    await suite.refused(api.createGroup({ client, path, body: { name: 'team' } }), 409, 'group_name_taken');
    const problem = await suite.refused(
      api.createUser({ client, path, body: { email: 'nobody' } }), 422, 'invalid_value');
    expect(problem.detail.length > 0, 'nothing is said of what is wrong');
    const odd = { name: 'X', colour: 'red' };
    const unknown = await suite.refused(api.createGroup({ client, path, body: odd }), 422, 'invalid_value');
    expect(unknown.errors![0]!.message.includes('colour'), 'the unknown member is not named');
    await suite.refused(api.getUser({ client, path: { organization, user: 'nobody' } }), 404, 'not_found');
    await suite.refused(api.listUsers({ client: suite.as('rco_wrong'), path }), 401, 'unauthenticated');
  });

  await suite.step('groups and mappings, from the first to the last', async () => {
    const mapping = await suite.done(api.createMapping({
      client, path, body: { group: 'Team', idp_group: 'TEAM_IDP' } }), 201);
    const one = { organization, mapping: mapping.id };
    await suite.done(api.getMapping({ client, path: one }));
    same((await suite.done(api.listMappings({ client, path }))).items.length, 1, 'mappings');
    await suite.done(api.addMembers({
      client, path, body: { group: 'Team', users: [mail('u1'), mail('u2')] } }), 201);
    const [group] = (await suite.done(api.listGroups({ client, path, query: { name: 'Team' } }))).items;
    same([group!.members, group!.managed], [2, true], 'members and managed');
    const members = (await suite.done(api.listMemberships({ client, path, query: { group: 'Team' } }))).items;
    const { response } = await api.removeMember({
      client, path: { organization, group: group!.id, user: members[0]!.user.id } });
    expect(response.ok, `${response.status} when a member goes`);
    same((await suite.done(api.getGroup({ client, path: { organization, group: group!.id } }))).members, 1, 'members');
    await suite.done(api.removeMapping({ client, path: one }), 204);
    const gone = { organization, group: group!.id };
    await suite.refused(api.removeGroup({ client, path: gone }), 428, 'confirm_required');
    await suite.done(api.removeGroup({ client, path: gone, query: { confirm: 'true' } }), 204);
  });

  await suite.step('a user is removed after a preview, then erased', async () => {
    const [user] = (await suite.done(api.listUsers({ client, path, query: { email: mail('u3') } }))).items;
    const one = { organization, user: user!.id };
    await suite.refused(api.eraseUserData({ client, path: one, query: { confirm: 'true' } }), 409, 'user_exists');
    const problem = await suite.refused(api.removeUser({ client, path: one }), 428, 'confirm_required');
    expect(problem.preview !== undefined, 'there is no preview');
    await suite.done(api.removeUser({ client, path: one, query: { confirm: 'true' } }), 204);
    await suite.refused(api.getUser({ client, path: one }), 404, 'not_found');
    await suite.refused(api.eraseUserData({ client, path: one }), 428, 'confirm_required');
    expect((await suite.done(api.eraseUserData({ client, path: one, query: { confirm: 'true' } }))).events > 0,
      'no event was erased');
  });

  await suite.step('invitations: sent, sent again, taken back', async () => {
    const { items } = await suite.done(api.createInvitations({
      client, path, body: { emails: [mail('new1'), mail('new2')] } }), 201);
    same(items.map((user) => user.state), ['invited', 'invited'], 'their states');
    const listed = await suite.all((cursor) => api.listInvitations({ client, path, query: { cursor, limit: 1 } }));
    expect(items.every((user) => listed.some((one) => one.user === user.id)), 'one is not listed');
    const [one, other] = items.map((user) => ({ organization, user: user.id }));
    await suite.done(api.resendInvitation({ client, path: one! }), 204);
    await suite.done(api.revokeInvitation({ client, path: other! }), 204);
    await suite.refused(api.resendInvitation({ client, path: other! }), 404, 'not_found');
  });

  await suite.step('sign-in and SCIM connections, and a SCIM token', async () => {
    const okta = { organization, connection: 'okta' };
    await suite.done(api.putConnection({ client, path: okta, body: { protocol: 'saml' } }), 201);
    await suite.done(api.getConnection({ client, path: okta }));
    same((await suite.done(api.listConnections({ client, path }))).items.length, 1, 'connections');
    const scim = { organization, scim_connection: 'okta' };
    await suite.done(api.putScimConnection({ client, path: scim, body: { mode: 'lenient' } }), 201);
    await suite.refused(api.createUser({ client, path, body: { email: mail('late') } }), 409, 'scim_enabled');
    await suite.done(api.changeScimConnection({ client, path: scim, body: { manual_users: true } }));
    await suite.done(api.getScimConnection({ client, path: scim }));
    same((await suite.done(api.listScimConnections({ client, path }))).items.length, 1, 'SCIM connections');
    const token = await suite.done(api.createToken({
      client, path, body: { name: 'okta', scim_connection: 'okta' } }), 201);
    expect(token.secret!.startsWith('rcs_'), 'it is no SCIM token');
    same((await suite.done(api.listTokens({ client, path, query: { kind: 'scim' } }))).items.length, 1, 'tokens');
    await suite.refused(api.removeScimConnection({ client, path: scim }), 428, 'confirm_required');
    await suite.done(api.removeScimConnection({ client, path: scim, query: { confirm: 'true' } }), 204);
    await suite.refused(api.removeConnection({ client, path: okta }), 428, 'confirm_required');
    await suite.done(api.removeConnection({ client, path: okta, query: { confirm: 'true' } }), 204);
  });

  await suite.step('an admin is left, and IP rules keep others out', async () => {
    await suite.done(api.createGrant({
      client, path, body: { user: mail('u1'), role: 'organization_admin', scope: 'org' } }), 201);
    const [grant] = (await suite.done(api.listGrants({
      client, path, query: { role: 'organization_admin' } }))).items;
    await suite.refused(api.removeGrant({ client, path: { organization, grant: grant!.id } }), 409, 'last_admin');
    const bot = await suite.done(api.createServiceUser({ client, path, body: { name: 'bot' } }), 201);
    await suite.done(api.createGrant({
      client, path, body: { service_user: 'bot', role: 'organization_admin', scope: 'org' } }), 201);
    const token = await suite.done(api.createServiceUserToken({
      client, path: { organization, service_user: bot.id }, body: { name: 't' } }), 201);
    const robot = suite.as(token.secret!);
    await suite.done(api.changeOrganization({ client: robot, path, body: { name: 'People' } }));
    await suite.done(api.changeOrganization({
      client, path, body: { policy: { ip_rules: { enabled: true, allow: ['192.0.2.0/24'], deny: [] } } } }));
    await suite.refused(api.getCapabilities({ client: robot, path }), 403, 'ip_rule');
  });

  await suite.step('the audit log tells it all, and its chain holds', async () => {
    const events = await suite.all((cursor) => api.listAuditEvents({ client, path, query: { cursor, limit: 50 } }));
    const types = new Set(events.map((event) => event.type));
    for (const type of ['user.added', 'user.removed', 'group.added', 'permission.added', 'request.refused']) {
      expect(types.has(type), `there is no ${type}`);
    }
    const only = await suite.done(api.listAuditEvents({ client, path, query: { type: 'group.*' } }));
    expect(only.items.every((event) => event.type.startsWith('group.')), 'the filter lets others through');
    const head = await suite.done(api.getAuditHead({ client, path }));
    const verdict = await suite.done(api.verifyAudit({ client, path, body: head }));
    same([verdict.valid, verdict.head.sequence >= head.sequence], [true, true], 'the verdict');
    const log = await suite.done(api.exportAuditLog({ client, path, query: { format: 'csv' }, parseAs: 'text' }));
    expect(String(log).includes('user.added'), 'the export lacks the users');
  });

  await suite.step('the exported file changes nothing when applied', async () => {
    const file = await suite.done(api.exportOrganization({ client, path, parseAs: 'text' }));
    // The generator types one of the two media types that a body may have, JSON; this is the other.
    const body = file as unknown as api.ApplyOrganizationData['body'];
    const plan = await suite.done(api.applyOrganization({
      client, body, query: { dry_run: 'true' }, bodySerializer: String,
      headers: { 'Content-Type': 'application/yaml' } }));
    same([plan.applied, plan.added, plan.changed, plan.removed], [false, [], [], []], 'the plan');
  });
}
