/** oidc-provider through the gateway by plain HTTP: every way to register a client, and logout in both
 * directions. */
import { open } from '../stage.mjs';
import { expect, same } from '../table.mjs';
import { UserAgent } from '../user_agent.mjs';
import { administration } from './administration.mjs';
import { pushedWays, ways } from './connections.mjs';
import { oidcProviderLacks } from './oidc_provider.mjs';
import { connect } from './peers.mjs';
import { visit } from './visit.mjs';

async function everyWay(table, peers, all) {
  for (const way of all) {
    await table.step(`signs in: ${way.about}`, async () => {
      await peers.signIn(new UserAgent(), way, `anna-${way.id}`);
    });
  }
}

async function logouts(table, peers) {
  const way = ways[0];
  const [berta, carl] = [new UserAgent(), new UserAgent()];
  await table.step('a second sign-in finds the session at the provider and the same user here', async () => {
    const first = await peers.signIn(berta, way, 'berta');
    const second = await peers.signIn(berta, way, 'berta');
    same(second.user.id, first.user.id, 'the user');
  });
  await table.step('logout here goes to the provider and comes back', () => peers.logOutHere(berta));
  await table.step('after it the provider asks for the password again', async () => {
    const answer = await berta.go((await peers.start(berta, way)).location);
    const page = await berta.go(answer.location);
    expect(page.form()?.fields.has('password'), 'the provider does not ask');
  });
  await table.step('logout at the provider ends the session here, and only that one', async () => {
    await peers.signIn(berta, way, 'berta');
    await peers.signIn(carl, way, 'carl');
    await peers.logOutThere(berta);
    expect(!(await peers.signedOut(carl)), 'somebody else is signed out as well');
  });
  await table.step('whoever says no at the provider gets our page', async () => {
    const agent = new UserAgent();
    const asked = await visit(agent, await peers.start(agent, way), peers.base, () => {
      throw new Error('form');
    }).catch(() => undefined);
    expect(asked === undefined, 'the provider shows no form');
    const start = await peers.start(agent, way);
    const login = await agent.go((await agent.go(start.location)).location);
    const answer = await visit(agent, await agent.go(`${login.url.href}/abort`), peers.base, () => {});
    const trace = await peers.told(answer);
    same(
      [answer.status < 500 && answer.status >= 400, trace?.reason],
      [true, 'idp_error'],
      'page and reason',
    );
  });
}

async function main() {
  const { table, picks, all, newOrganization } = open('peers');
  if (oidcProviderLacks()) {
    table.skip('oidc-provider', `${oidcProviderLacks()} is not installed`);
    return table.close();
  }
  const organization = await newOrganization();
  const plain = await connect(organization, ways);
  const pushed = await connect(organization, pushedWays, { pushedOnly: true });
  try {
    table.heading('oidc-provider');
    await everyWay(
      table,
      plain,
      ways.filter(({ id }) => picks(id)),
    );
    await everyWay(
      table,
      pushed,
      pushedWays.filter(({ id }) => picks(id)),
    );
    if (all) await logouts(table, plain);
    if (all) await administration(table, await newOrganization());
  } finally {
    plain.provider.stop();
    pushed.provider.stop();
  }
  return table.close();
}

process.exit(await main());
