/** Somebody at a screen: one browser profile of headless Chromium, and what may not happen in it. */
import { expect } from '../table.mjs';
import { session_cookies } from '../hostile/sign_in.mjs';

const SECONDS = 15;

export class Person {
  /** Violations of our own content security policy, script errors on our pages. */
  faults = [];

  static async at(browser, base) {
    const person = new Person();
    person.base = base;
    person.context = await browser.newContext();
    person.context.setDefaultTimeout(SECONDS * 1000);
    await person.context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    person.context.on('console', (message) => {
      const ours = message.page()?.url().startsWith(base);
      if (ours && /policy violated|Content Security Policy/i.test(message.text()))
        person.faults.push(message.text());
    });
    person.context.on('weberror', (error) => {
      if (error.page()?.url().startsWith(base)) person.faults.push(`script error: ${error.error().message}`);
    });
    person.page = await person.context.newPage();
    return person;
  }

  /** Starts at our /login and stops where the IdP asks. */
  async begin(endpoints, page = this.page) {
    await page.goto(`${endpoints.login}&return_to=/session`);
    return page;
  }

  /** Waits until the browser is back, and gives what /session says. */
  async landed(page = this.page) {
    await page.waitForURL(`${this.base}/session`);
    return JSON.parse(await page.locator('body').innerText());
  }

  async session() {
    const page = await this.context.newPage();
    const answer = await page.goto(`${this.base}/session`);
    const text = await page.locator('body').innerText();
    await page.close();
    return answer.status() === 200 ? JSON.parse(text) : undefined;
  }

  /** The cookie is out of reach for scripts and other sites; of unfinished attempts `unfinished` are left. */
  async checkCookie(unfinished = 0) {
    const cookies = await this.context.cookies(this.base);
    const session = cookies.find(({ name }) => session_cookies.includes(name));
    expect(session, `no session cookie among ${cookies.map(({ name }) => name)}`);
    expect(
      session.httpOnly && session.sameSite === 'Lax' && session.path === '/',
      `the cookie is ${JSON.stringify({ ...session, value: '' })}`,
    );
    const left = cookies.filter(({ name }) => name.includes('-login-'));
    expect(left.length === unfinished, `cookies of the attempt are left: ${left.map(({ name }) => name)}`);
    const visible = await this.page.evaluate(() => document.cookie);
    expect(visible === '', `scripts can read ${visible}`);
  }

  /** A page of ours that helps: says what to read out, and leads on. */
  async checkFriendly(answer, page = this.page) {
    const text = await page.locator('body').innerText();
    expect(answer.status() >= 400 && answer.status() < 500, `the page has status ${answer.status()}`);
    expect(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.test(text), `no number to read out in: ${text}`);
    expect((await page.locator('a[href], form').count()) > 0, `nothing leads on from: ${text}`);
  }

  async leave() {
    await this.context.close();
    expect(this.faults.length === 0, this.faults.join('; '));
  }
}
