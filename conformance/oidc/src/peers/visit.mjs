/** A person at an IdP, as plain HTTP: follows redirects, fills forms, until the browser is back. */

/** Goes from `answer` on until an answer comes from `base` that leads nowhere else, or to a page of ours.
 * `fill` gets the fields of each form and changes them. */
export async function visit(agent, answer, base, fill) {
  for (let step = 0; step < 20; ++step) {
    const home = answer.url.href.startsWith(base);
    const next = answer.location;
    if (home && next?.startsWith(base)) return answer;
    if (next) {
      answer = await agent.go(next);
      continue;
    }
    const form = answer.form();
    if (home || !form) return answer;
    fill(form.fields, answer);
    answer = await agent.go(form.action, { method: 'POST', form: form.fields, from: answer.url.href });
  }
  throw new Error(`the way through the IdP does not end: ${answer.status} ${answer.url}`);
}

/** Any password will do. */
export const signInAs = (login) => (fields) => {
  if (fields.has('login')) fields.set('login', login);
  if (fields.has('password')) fields.set('password', 'any');
};

export async function until(holds, what, seconds = 5) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`${what} within ${seconds} s`);
}
