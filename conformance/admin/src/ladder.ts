/** An organization with the preset dagster on its plan pro: scopes, roles, grants, service users, decisions. */
import * as api from './api';
import { expect, same, type Suite } from './suite';

export async function useLadder(suite: Suite): Promise<void> {
  const client = suite.operator;
  const organization = `ladder-${suite.tag}`;
  const path = { organization };

  await suite.step('creates an organization of the preset dagster on pro', async () => {
    const made = await suite.done(api.createOrganization({
      client, body: { slug: organization, name: 'Ladder', preset: 'dagster', plan: 'pro' } }), 201);
    same([made.slug, made.preset, made.plan], [organization, 'dagster', 'pro'], 'the organization');
    const got = await suite.done(api.getOrganization({ client, path }));
    same([got.users, got.groups], [0, 0], 'its counts');
    const listed = await suite.all((cursor) => api.listOrganizations({ client, query: { cursor } }));
    expect(listed.some((one) => one.slug === organization), 'it is not listed');
    await suite.refused(api.createOrganization({ client, body: { slug: organization } }), 409, 'uniqueness');
  });

  await suite.step('deployments, their code locations and default role', async () => {
    const { response } = await suite.answered(api.createDeployment({
      client, path, body: { name: 'prod', code_locations: ['core'], default_role: 'viewer' } }), 201);
    expect(response.headers.get('Location')!.endsWith('/deployments/prod'), 'the Location is another');
    await suite.done(api.createDeployment({ client, path, body: { name: 'dev' } }), 201);
    const prod = { organization, deployment: 'prod' };
    const changed = await suite.done(api.changeDeployment({
      client, path: prod, body: { code_locations: ['core', 'extra'] } }));
    same(changed.code_locations, ['core', 'extra'], 'the code locations');
    await suite.done(api.getDeployment({ client, path: prod }));
    same((await suite.done(api.listDeployments({ client, path }))).items.length, 2, 'deployments');
    await suite.refused(api.createDeployment({ client, path, body: { name: 'prod' } }), 409, 'uniqueness');
  });

  await suite.step('branch deployments', async () => {
    const branch = { organization, deployment: 'pr-1' };
    await suite.done(api.createBranchDeployment({ client, path, body: { name: 'pr-1' } }), 201);
    await suite.done(api.getBranchDeployment({ client, path: branch }));
    await suite.done(api.changeBranchDeployment({ client, path: branch, body: { code_locations: ['x'] } }));
    same((await suite.done(api.listBranchDeployments({ client, path }))).items.length, 1, 'branches');
    await suite.refused(api.removeBranchDeployment({ client, path: branch }), 428, 'confirm_required');
    await suite.done(api.removeBranchDeployment({ client, path: branch, query: { confirm: 'true' } }), 204);
  });

  await suite.step('a role of its own; built-in ones stay', async () => {
    const role = { organization, role: 'wiper' };
    await suite.done(api.createRole({ client, path, body: {
      key: 'wiper', name: 'Wiper', level: 'deployment', based_on: 'viewer',
      permissions: ['assets.wipe'] } }), 201);
    await suite.done(api.changeRole({ client, path: role, body: { description: 'May wipe' } }));
    expect((await suite.done(api.getRole({ client, path: role }))).permissions.includes('assets.wipe'),
      'the permission is missing');
    const keys = (await suite.all((cursor) => api.listRoles({ client, path, query: { cursor } })))
      .map((one) => one.key);
    for (const key of ['viewer', 'launcher', 'editor', 'wiper']) expect(keys.includes(key), `no ${key}`);
    await suite.refused(api.removeRole({ client, path: { organization, role: 'viewer' } }),
      409, 'builtin_role');
    await suite.done(api.listPermissions({ client }));
  });

  await suite.step('users in groups, and what they hold', async () => {
    for (const name of ['ada', 'bea']) {
      await suite.done(api.createUser({ client, path, body: { email: `${name}@ladder.example` } }), 201);
    }
    await suite.done(api.createGroup({ client, path, body: { name: 'Team' } }), 201);
    await suite.done(api.addMembers({ client, path, body: { group: 'Team', user: 'ada@ladder.example' } }), 201);
    const again = await suite.done(
      api.addMembers({ client, path, body: { group: 'Team', user: 'ada@ladder.example' } }));
    same(again.added, 0, 'members added twice');
    const members = await suite.done(api.listMemberships({ client, path, query: { group: 'Team' } }));
    same(members.items.map((one) => one.user.name), ['ada@ladder.example'], 'the members');
    const [ada] = (await suite.done(
      api.listUsers({ client, path, query: { email: 'ADA@ladder.example' } }))).items;
    same(ada!.groups.map((group) => group.name), ['Team'], 'the groups of ada');
    expect(ada!.roles.some((one) => one.scope === 'deployment/prod' && one.role === 'viewer'),
      'ada is no viewer of prod');
    await suite.refused(api.changeUser({
      client, path: { organization, user: ada!.id }, body: { license: 'analyst' } }), 409, 'licenses_off');
  });

  await suite.step('grants to a group and to a user', async () => {
    const grant = await suite.done(api.createGrant({
      client, path, body: { group: 'Team', role: 'wiper', scope: 'deployment/prod' } }), 201);
    await suite.done(api.createGrant({
      client, path, body: { user: 'ada@ladder.example', role: 'editor', scope: 'code_location/prod/core' } }), 201);
    await suite.done(api.getGrant({ client, path: { organization, grant: grant.id } }));
    const listed = await suite.all((cursor) => api.listGrants({ client, path, query: { cursor, role: 'wiper' } }));
    same(listed.map((one) => one.id), [grant.id], 'the grants of the role');
    await suite.refused(api.createGrant({
      client, path, body: { group: 'Team', role: 'emperor', scope: 'org' } }), 404, 'not_found');
    await suite.refused(api.createGrant({
      client, path, body: { group: 'Team', role: 'wiper', scope: 'galaxy' } }), 422, 'invalid_value');
    await suite.refused(api.removeRole({ client, path: { organization, role: 'wiper' } }), 428, 'confirm_required');
  });

  await suite.step('access: check, explain and review agree', async () => {
    const body: api.Inquiry = {
      organization, principal: { user: 'ada@ladder.example' },
      checks: [{ permission: 'assets.wipe', scope: 'deployment/prod' },
        { permission: 'assets.wipe', scope: 'deployment/dev' }, { role: true, scope: 'deployment/prod' }],
    };
    const { results } = await suite.done(api.checkAccess({ client, body }));
    same(results.map((one) => one.allowed), [true, false, true], 'the decisions');
    const explained = await suite.done(api.explainAccess({ client, body }));
    same(explained.results.map((one) => one.allowed), [true, false, true], 'the explained decisions');
    same(explained.results[0]!.path.map((one) => one.kind), ['membership', 'group', 'grant', 'role'], 'the path');
    const review = await suite.all((cursor) => api.reviewAccess({ client, path, query: { cursor, limit: 1 } }));
    const ada = review.find((one) => one.principal.name === 'ada@ladder.example');
    expect(ada!.holdings.some((one) => one.role === 'wiper' && one.via === 'Team'), 'the review lacks it');
    const csv = await suite.done(api.reviewAccess({ client, path, query: { format: 'csv' }, parseAs: 'text' }));
    expect(String(csv).includes('ada@ladder.example'), 'the CSV lacks ada');
  });

  await suite.step('a service user acts with its token, as far as it may', async () => {
    const bot = await suite.done(api.createServiceUser({ client, path, body: { name: 'bot' } }), 201);
    const one = { organization, service_user: bot.id };
    await suite.refused(api.createServiceUser({ client, path, body: { name: 'bot' } }),
      409, 'service_user_name_taken');
    await suite.done(api.changeServiceUser({ client, path: one, body: { description: 'Deploys' } }));
    const token = await suite.done(api.createServiceUserToken({ client, path: one, body: { name: 'ci' } }), 201);
    await suite.done(api.createGrant({
      client, path, body: { service_user: 'bot', role: 'viewer', scope: 'deployment/prod' } }), 201);
    const robot = suite.as(token.secret!);
    const may = await suite.done(api.getCapabilities({ client: robot, path }));
    same([may.can_add_users, may.can_manage_service_users], [false, false], 'the capabilities');
    await suite.refused(api.createGroup({ client: robot, path, body: { name: 'Mine' } }), 403, 'forbidden');
    await suite.refused(api.listUsers({ client: robot, path: { organization: 'demo' } }), 404, 'not_found');
    same((await suite.done(api.getServiceUser({ client, path: one }))).grants.length, 1, 'its grants');
    same((await suite.done(api.listServiceUsers({ client, path }))).items.length, 1, 'service users');
    await suite.done(api.listPrincipals({ client, path, query: { kind: 'service' } }));
    same((await suite.done(api.listServiceUserTokens({ client, path: one }))).items.length, 1, 'its tokens');
    await suite.done(api.revokeToken({ client, path: { organization, token: token.id } }), 204);
    await suite.refused(api.getCapabilities({ client: robot, path }), 401, 'unauthenticated');
    await suite.refused(api.removeServiceUser({ client, path: one }), 428, 'confirm_required');
    await suite.done(api.removeServiceUser({ client, path: one, query: { confirm: 'true' } }), 204);
  });

  await suite.step('a deployment goes with its grants, after a preview', async () => {
    const prod = { organization, deployment: 'prod' };
    const problem = await suite.refused(api.removeDeployment({ client, path: prod }), 428, 'confirm_required');
    expect(problem.preview !== undefined, 'there is no preview');
    await suite.done(api.removeDeployment({ client, path: prod, query: { confirm: 'true' } }), 204);
    await suite.refused(api.getDeployment({ client, path: prod }), 404, 'not_found');
    await suite.done(api.removeRole({
      client, path: { organization, role: 'wiper' }, query: { confirm: 'true' } }), 204);
  });

  await suite.step('what a policy takes from people wants to be confirmed', async () => {
    const kinds = (await suite.done(api.getCapabilities({ client, path }))).principal_kinds;
    same(kinds, ['human', 'service'], 'the kinds of principals');
    const body = { policy: { direct_user_grants: false } };
    await suite.refused(api.changeOrganization({ client, path, body }), 428, 'confirm_required');
    const changed = await suite.done(api.changeOrganization({ client, path, body, query: { confirm: 'true' } }));
    same(changed.policy.direct_user_grants, false, 'the policy');
  });

  await suite.step('a smaller plan refuses what it lacks', async () => {
    await suite.done(api.changeOrganization({ client, path, body: { plan: 'solo' } }));
    await suite.refused(api.createGroup({ client, path, body: { name: 'More' } }), 403, 'feature_not_in_plan');
    await suite.refused(api.createServiceUser({ client, path, body: { name: 'b' } }), 403, 'feature_not_in_plan');
  });
}
