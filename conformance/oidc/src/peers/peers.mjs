/** People with plain HTTP browsers, the connections of one organization, and the provider behind them. */
import { expect, same } from '../table.mjs';
import { connection, registration } from './connections.mjs';
import { person, startOidcProvider } from './oidc_provider.mjs';
import { signInAs, until, visit } from './visit.mjs';

export class Peers {
  constructor(organization, provider) {
    this.organization = organization;
    this.provider = provider;
    this.base = organization.gateway.base;
  }

  session(agent) {
    return agent.go(`${this.base}/session`, { fields: { accept: 'application/json' } });
  }

  async start(agent, way) {
    const answer = await agent.go(`${this.organization.endpoints(way.id).login}&return_to=/landed`);
    expect(
      answer.status === 303,
      `/login answers ${answer.status}, trace ${JSON.stringify(await this.told(answer))}`,
    );
    return answer;
  }

  told(answer) {
    return answer.trace ? this.organization.trace(answer.trace) : undefined;
  }

  /** Signs `login` in and checks who that is. */
  async signIn(agent, way, login) {
    const answer = await visit(agent, await this.start(agent, way), this.base, signInAs(login));
    const trace = await this.told(answer);
    const reason = `${trace?.outcome} ${trace?.reason} ${JSON.stringify(trace?.steps)}`;
    expect(
      answer.status === 303,
      `${answer.status} from ${answer.url.pathname}: ${reason} ${this.provider.faults}`,
    );
    same(answer.location, `${this.base}/landed`, 'return_to');
    const session = (await this.session(agent)).json();
    same(session.user?.email, person(login).email, 'the user of the session');
    same(
      [trace?.outcome, trace?.groups],
      ['signed_in', { state: 'present', values: [`${login}-team`, 'everybody'] }],
      'the trace',
    );
    return session;
  }

  async signedOut(agent) {
    return (await this.session(agent)).status === 401;
  }

  /** From our side: the IdP asks, then sends the browser back. */
  async logOutHere(agent) {
    const answer = await agent.go(`${this.base}/logout`);
    expect(answer.location?.startsWith(this.provider.endSession), `/logout leads to ${answer.location}`);
    expect(await this.signedOut(agent), 'the session outlives /logout');
    const done = await visit(agent, answer, this.base, (fields) => fields.set('logout', 'yes'));
    const path = `${done.url.pathname}`;
    expect(
      path === '/logout/done' && done.status === 200,
      `the way back ends at ${path} with ${done.status}`,
    );
  }

  /** At the IdP: its back channel reaches us. */
  async logOutThere(agent) {
    const asked = await agent.go(this.provider.endSession);
    const form = asked.form();
    form.fields.set('logout', 'yes');
    await agent.go(form.action, { method: 'POST', form: form.fields, from: asked.url.href });
    await until(() => this.signedOut(agent), 'the logout at the IdP does not end our session');
    same(this.provider.faults, [], "the provider's errors");
  }
}
/** Registers each way at a provider of its own and connects it; `settings` go into the connections. */
export async function connect(organization, all, { pushedOnly, ...settings } = {}) {
  const clients = all.map((way) =>
    registration(way, organization.endpoints(way.id), organization.gateway.base),
  );
  const provider = await startOidcProvider({ clients, pushedOnly });
  for (const way of all) {
    await organization.connect(way.id, { ...connection(way, provider.issuer), ...settings });
  }
  return new Peers(organization, provider);
}
