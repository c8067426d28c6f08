/** An organization with the preset dbt: projects, permission sets for groups, licences and their seats. */
import * as api from './api';
import { expect, same, type Suite } from './suite';

export async function useSets(suite: Suite): Promise<void> {
  const client = suite.operator;
  const organization = `sets-${suite.tag}`;
  const path = { organization };

  await suite.step('creates an organization of the preset dbt on enterprise', async () => {
    await suite.done(api.createOrganization({
      client, body: { slug: organization, preset: 'dbt', plan: 'enterprise' } }), 201);
    const { features, policy } = await suite.done(api.getOrganization({ client, path }));
    same([features.includes('rbac'), policy.licenses], [true, true], 'RBAC and licences');
  });

  await suite.step('projects with environments', async () => {
    const project = { organization, project: 'p1' };
    await suite.done(api.createProject({ client, path, body: {
      id: 'p1', name: 'One', environments: [{ name: 'prod', category: 'production' }] } }), 201);
    await suite.done(api.changeProject({ client, path: project, body: { name: 'Analytics' } }));
    same((await suite.done(api.getProject({ client, path: project }))).name, 'Analytics', 'the name');
    await suite.done(api.createProject({ client, path, body: { id: 'p2' } }), 201);
    same((await suite.done(api.listProjects({ client, path }))).items.length, 2, 'projects');
    const gone = { organization, project: 'p2' };
    await suite.refused(api.removeProject({ client, path: gone }), 428, 'confirm_required');
    await suite.done(api.removeProject({ client, path: gone, query: { confirm: 'true' } }), 204);
  });

  await suite.step('permission sets go to groups, and so to their members', async () => {
    await suite.done(api.createUser({ client, path, body: {
      email: 'dan@sets.example', license: 'developer' } }), 201);
    await suite.done(api.createGroup({ client, path, body: { name: 'Engineers' } }), 201);
    await suite.done(api.addMembers({
      client, path, body: { group: 'Engineers', user: 'dan@sets.example' } }), 201);
    await suite.done(api.createGrant({ client, path, body: {
      group: 'Engineers', role: 'developer', scope: 'project/p1', environments: ['production'] } }), 201);
    await suite.done(api.createGrant({ client, path, body: {
      group: 'Engineers', role: 'job_admin', scope: 'project/p1' } }), 201);
    await suite.refused(api.createGrant({ client, path, body: {
      user: 'dan@sets.example', role: 'job_admin', scope: 'project/p1' } }), 422, 'direct_grants_disabled');
    const { results } = await suite.done(api.explainAccess({ client, body: {
      organization, principal: { user: 'dan@sets.example' },
      checks: [{ permission: 'jobs:W', scope: 'project/p1' }, { permission: 'members:W', scope: 'org' }] } }));
    same(results.map((one) => one.allowed), [true, false], 'the decisions');
    await suite.done(api.reviewAccess({ client, path }));
  });

  await suite.step('licences: changed, counted, mapped', async () => {
    const [dan] = (await suite.done(api.listUsers({ client, path, query: { license: 'developer' } }))).items;
    const user = { organization, user: dan!.id };
    await suite.done(api.changeUser({ client, path: user, body: { license: 'read_only' } }));
    const licenses = await suite.done(api.getLicenses({ client, path }));
    expect(licenses.pools.some((pool) => pool.used === 1), 'no seat is used');
    const mapping = await suite.done(api.createLicenseMapping({
      client, path, body: { license: 'it', idp_group: 'IT' } }), 201);
    same((await suite.done(api.listLicenseMappings({ client, path }))).items.length, 1, 'licence mappings');
    await suite.done(api.removeLicenseMapping({ client, path: { organization, mapping: mapping.id } }), 204);
    await suite.done(api.changeUser({ client, path: user, body: { active: false } }));
    await suite.refused(api.changeUser({ client, path: user, body: { license: 'developer' } }),
      409, 'user_deactivated');
  });

  await suite.step('seats bound who can be added', async () => {
    const team = { organization: `team-${suite.tag}` };
    const seats = (pool: string) => ({ ...team, pool });
    await suite.done(api.createOrganization({
      client, body: { slug: team.organization, preset: 'dbt', plan: 'team' } }), 201);
    const groups = (await suite.done(api.listGroups({ client, path: team }))).items.map((group) => group.name);
    same(groups.sort(), ['Everyone', 'Member', 'Owner'], 'the groups of a plan without RBAC');
    const add = (name: string) => api.createUser({
      client, path: team, body: { email: `${name}@team.example`, license: 'developer' } });
    await suite.done(api.changeSeats({ client, path: seats('developer'), body: { user_seats: 1, billing_seats: 1 } }));
    await suite.done(add('one'), 201);
    await suite.refused(add('two'), 409, 'seat_limit');
    await suite.done(api.changeSeats({ client, path: seats('developer'), body: { user_seats: 2 } }));
    await suite.refused(add('two'), 409, 'billing_seats');
    await suite.refused(api.changeSeats({ client, path: seats('developer'), body: { user_seats: 0 } }),
      409, 'seats_in_use');
    await suite.refused(api.createProject({ client, path: team, body: { id: '' } }), 422, 'invalid_value');
    await suite.refused(api.createMapping({
      client, path: team, body: { group: 'Member', idp_group: 'x' } }), 403, 'feature_not_in_plan');
  });
}
