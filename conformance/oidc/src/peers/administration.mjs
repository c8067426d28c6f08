/** What an administrator does, and what it does to the people who are signed in. */
import { expect, same } from '../table.mjs';
import { UserAgent } from '../user_agent.mjs';
import { connect } from './peers.mjs';
import { signInAs, visit } from './visit.mjs';

const way = { id: 'company', about: 'the only connection' };

async function byAddress(peers, domain) {
  const agent = new UserAgent();
  const login = `dora@${domain}`;
  const page = await agent.go(`${peers.base}/login?return_to=/landed`);
  const form = page.form();
  form.fields.set('email', login);
  const answer = await agent.go(form.action, { method: 'POST', form: form.fields, from: page.url.href });
  expect(
    answer.location?.startsWith(peers.provider.issuer),
    `the address leads to ${answer.status} ${answer.location}`,
  );
  const back = await visit(agent, answer, peers.base, signInAs(login));
  same([back.status, back.location], [303, `${peers.base}/landed`], 'the way back');
  same((await peers.session(agent)).json().user.email, login, 'the user');
}

/** An address of nobody's domain leads nowhere, and the page does not tell whose domains there are. */
async function byForeignAddress(peers) {
  const agent = new UserAgent();
  const page = await agent.go(`${peers.base}/login`);
  const form = page.form();
  form.fields.set('email', 'somebody@nobodys.example');
  const answer = await agent.go(form.action, { method: 'POST', form: form.fields, from: page.url.href });
  expect(!answer.location && answer.status < 500 && answer.trace, `${answer.status} ${answer.location}`);
}

async function endsSession(peers, login) {
  const [one, two] = [new UserAgent(), new UserAgent()];
  const { session } = await peers.signIn(one, way, login);
  await peers.signIn(two, way, login);
  await peers.organization.call('DELETE', `/sessions/${session.id}`);
  expect(await peers.signedOut(one), 'the session lives on');
  expect(!(await peers.signedOut(two)), 'the other session of the same person ends too');
}

async function deactivates(peers, login) {
  const agent = new UserAgent();
  const { user } = await peers.signIn(agent, way, login);
  await peers.organization.call('PATCH', `/users/${user.id}`, { active: false });
  expect(await peers.signedOut(agent), 'the session lives on');
  const answer = await visit(agent, await peers.start(agent, way), peers.base, signInAs(login));
  const trace = await peers.told(answer);
  same([trace?.outcome, trace?.reason], ['refused', 'user_deactivated'], 'a new sign-in');
  expect(await peers.signedOut(agent), 'there is a session all the same');
}

/** A link to try the connection with: it shows what came, and signs nobody in. */
async function triesConnection(peers, login) {
  const agent = new UserAgent();
  const { login_url: link } = await peers.organization.call('POST', `/connections/${way.id}/test`);
  const answer = await visit(agent, await agent.go(link), peers.base, signInAs(login));
  const trace = await peers.told(answer);
  same([trace?.outcome, trace?.reason || ''], ['test_passed', ''], `the trace after ${answer.status}`);
  expect(answer.body.includes(login), 'the page does not show what came');
  expect(await peers.signedOut(agent), 'the test has signed somebody in');
}

export async function administration(table, organization) {
  const domain = `${organization.slug}.example`;
  const peers = await connect(organization, [way], { domains: [domain] });
  const person = (name) => `${name}@${domain}`;
  try {
    await organization.call('PUT', `/domains/${domain}`);
    await table.step('the e-mail address leads to the connection of its domain', () =>
      byAddress(peers, domain),
    );
    await table.step('the address of a domain that nobody has leads nowhere', () => byForeignAddress(peers));
    await table.step('the administrator ends one session', () => endsSession(peers, person('emil')));
    await table.step('whom the administrator deactivates is out at once and stays out', () =>
      deactivates(peers, person('fay')),
    );
    await table.step('the administrator tries the connection', () => triesConnection(peers, person('gus')));
  } finally {
    peers.provider.stop();
  }
}
