/** One sign-in through the gateway, as a browser does it, and what came of it. */
import { UserAgent } from '../user_agent.mjs';

export const session_cookies = ['__Host-rollcall', 'rollcall'];
const RETURN_TO = '/landed?after=sign-in&more=%2F1';

/** What the IdP gave the browser to bring back. */
class Callback {
  mayHaveSession = false;

  constructor(sign, answer) {
    this.sign = sign;
    const form = answer.form();
    this.url = answer.location ?? form?.action;
    this.form = answer.location ? undefined : form?.fields;
    this.from = answer.url.href;
  }

  bringBy(agent, url = this.url, fields = {}) {
    const method = this.form ? 'POST' : 'GET';
    return agent.go(url, { method, form: this.form, from: this.from, fields });
  }

  /** A second attempt, in another tab of the same browser. */
  async another(agent) {
    return new Callback(this.sign, await this.sign.toIdp(agent, await this.sign.start(agent)));
  }
}

export class SignIn {
  agent = new UserAgent();
  faults = [];

  constructor(organization, at) {
    this.organization = organization;
    this.at = at;
    this.base = organization.gateway.base;
  }

  start(agent) {
    return agent.go(`${this.at.endpoints.login}&return_to=${encodeURIComponent(RETURN_TO)}`);
  }

  toIdp(agent, start) {
    if (!start.location.startsWith(`${this.at.url}/auth`))
      throw new Error(`the browser is sent to ${start.location}`);
    return agent.go(start.location);
  }

  /** All of it: {verdict, reason, trace, answer, session}. */
  async run() {
    const start = await this.start(this.agent);
    if (start.status !== 303) return this.judge(start);
    const callback = new Callback(this, await this.toIdp(this.agent, start));
    if (!callback.url) throw new Error('the IdP broke down; its request was wrong');
    const { bring } = this.at.variant;
    const answer = await (bring ? bring(this.at, this.agent, callback) : callback.bringBy(this.agent));
    return this.judge(answer, callback.mayHaveSession);
  }

  async judge(answer, mayHaveSession = false) {
    const session = await this.session();
    const verdict = answer.status === 303 ? 'signed in' : 'refused';
    if (!/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/.test(answer.trace ?? ''))
      this.faults.push(`X-Rollcall-Trace is ${answer.trace}`);
    const trace = answer.trace ? await this.organization.trace(answer.trace) : undefined;
    const reason = trace?.reason ?? '';
    if (!trace) this.faults.push(`no trace ${answer.trace} at the admin API`);
    if (verdict === 'signed in') this.#checkSignedIn(answer, session, trace);
    else this.#checkPage(answer, reason, mayHaveSession ? undefined : session);
    return { verdict, reason: reason ?? '', trace, answer, session };
  }

  /** What /session says, or nothing. */
  async session() {
    const answer = await this.agent.go(`${this.base}/session`, { fields: { accept: 'application/json' } });
    if (![200, 401].includes(answer.status)) this.faults.push(`/session answers ${answer.status}`);
    return answer.status === 200 ? answer.json() : undefined;
  }

  #fault(holds, text) {
    if (!holds) this.faults.push(text);
  }

  #checkSignedIn(answer, session, trace) {
    this.#fault(answer.location === new URL(RETURN_TO, this.base).href, `it lands on ${answer.location}`);
    this.#fault(session, '/session does not know the session');
    this.#fault(trace?.outcome === 'signed_in', `the trace says ${trace?.outcome}`);
    const cookie = session_cookies.map((name) => this.agent.cookie(this.base, name)).find(Boolean);
    this.#fault(
      cookie?.httpOnly && cookie.path === '/' && cookie.sameSite === 'lax',
      'the cookie is not HttpOnly, Lax, Path=/',
    );
    this.#fault((cookie?.value.length ?? 0) >= 43, 'the cookie has less than 256 bits');
    const left = [...this.agent.jars.get(new URL(this.base).host).keys()].filter((name) =>
      name.includes('-login-'),
    );
    this.#fault(left.length === 0, `cookies of the attempt are left: ${left}`);
  }

  /** A page for the person: nothing internal, nothing of the IdP's making, a number to read out. */
  #checkPage(answer, reason, session) {
    const { status, body, fields, trace } = answer;
    this.#fault(status >= 400 && status !== 500, `the page has status ${status}`);
    this.#fault(fields['content-type']?.startsWith('text/html'), `the page is ${fields['content-type']}`);
    this.#fault(body.includes(trace ?? '?'), 'the page does not show the trace id');
    this.#fault(!reason.includes('_') || !body.includes(reason), 'the page shows the reason code');
    this.#fault(
      !body.includes('<script>alert') && !body.includes('said by the IdP'),
      "the page shows the IdP's words",
    );
    this.#fault(
      /frame-ancestors 'none'/.test(fields['content-security-policy'] ?? ''),
      'the page may be framed',
    );
    this.#fault(fields['referrer-policy'] === 'no-referrer', 'the page has no Referrer-Policy: no-referrer');
    this.#fault(fields['cache-control']?.includes('no-store'), 'the page may be cached');
    this.#fault(!session, 'refused, yet there is a session');
    this.#fault(
      !answer.cookies.some((line) =>
        session_cookies.some((name) => line.startsWith(`${name}=`) && !/max-age=0/i.test(line)),
      ),
      'refused, yet a session cookie is set',
    );
  }
}
