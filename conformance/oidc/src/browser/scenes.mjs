/** What people do at a screen, at any IdP. `idp` knows how to fill its forms:
 *  endpoints, users: [{login, email, groups}, …], enter(page, login), logOut(page), confirm(page),
 *  endsOurs: whether a logout there reaches us; oneTab: whether it keeps one request a browser in mind. */
import { expect, same } from '../table.mjs';
import { until } from '../peers/visit.mjs';
import { Person } from './person.mjs';

async function signIn(person, idp, user) {
  await person.begin(idp.endpoints);
  await idp.enter(person.page, user.login);
  return person.landed();
}

async function firstTime(stage, idp) {
  const [user] = idp.users;
  const person = await Person.at(stage.browser, stage.base);
  let callback;
  person.page.on('request', (request) => {
    if (request.url().startsWith(idp.endpoints.callback)) callback = request;
  });
  const session = await signIn(person, idp, user);
  same(session.user.email, user.email, 'the user');
  await person.checkCookie();
  await backButton(person, callback);
  await person.leave();
}

/** Going back, and the IdP's answer a second time, sign nobody out and end on a page that helps. */
async function backButton(person, callback) {
  await person.page.goBack().catch(() => undefined);
  if (callback.method() === 'GET') {
    await person.checkFriendly(await person.page.goto(callback.url()));
  }
  expect(await person.session(), 'the back button has ended the session');
}

async function twoTabs(stage, idp) {
  const [user] = idp.users;
  const person = await Person.at(stage.browser, stage.base);
  const second = await person.context.newPage();
  await person.begin(idp.endpoints);
  await person.begin(idp.endpoints, second);
  await idp.enter(second, user.login);
  await person.landed(second);
  const back = person.page.waitForResponse((answer) => answer.url().startsWith(idp.endpoints.callback));
  await idp.enter(person.page, user.login);
  if (idp.oneTab) await person.checkFriendly(await back);
  else await person.landed();
  same((await person.session()).user.email, user.email, 'the user in both tabs');
  await person.checkCookie(idp.oneTab ? 1 : 0);
  await person.leave();
}

async function twoPeople(stage, idp) {
  const [one, other] = idp.users;
  const people = [await Person.at(stage.browser, stage.base), await Person.at(stage.browser, stage.base)];
  await signIn(people[0], idp, one);
  await signIn(people[1], idp, other);
  const seen = await Promise.all(people.map(async (person) => (await person.session()).user.email));
  same(seen, [one.email, other.email], 'who is who');
  for (const person of people) await person.leave();
}

async function logOutHere(stage, idp) {
  const person = await Person.at(stage.browser, stage.base);
  await signIn(person, idp, idp.users[0]);
  await person.page.goto(`${stage.base}/logout`);
  await idp.confirm(person.page);
  await person.page.waitForURL(`${stage.base}/logout/done*`);
  expect(!(await person.session()), 'the session outlives the logout');
  await person.begin(idp.endpoints);
  expect(!person.page.url().startsWith(stage.base), 'the IdP lets the person in again without asking');
  await person.leave();
}

/** An IdP of another site that ends its clients' sessions by frames, where our cookie does not come along. */
async function logOutByFrame(stage, idp) {
  const person = await Person.at(stage.browser, stage.base);
  await signIn(person, idp, idp.users[0]);
  await person.page.goto(idp.framePage());
  await until(async () => !(await person.session()), 'the frame does not end our session');
  await person.leave();
}

async function logOutThere(stage, idp) {
  const people = [await Person.at(stage.browser, stage.base), await Person.at(stage.browser, stage.base)];
  await signIn(people[0], idp, idp.users[0]);
  await signIn(people[1], idp, idp.users[1]);
  await idp.logOut(people[0].page);
  await until(async () => !(await people[0].session()), 'the logout at the IdP does not end our session');
  expect(await people[1].session(), 'it ends the session of somebody else');
  for (const person of people) await person.leave();
}

/** Our own pages, in a browser that tells every violation of their policy. */
async function ourPages(stage, idp) {
  const person = await Person.at(stage.browser, stage.base);
  for (const path of [
    '/login',
    '/logout',
    '/logout/done',
    '/login?connection=nobody/nobody',
    new URL(idp.endpoints.callback).pathname,
  ]) {
    const answer = await person.page.goto(stage.base + path);
    expect(answer.status() < 500, `${path} answers ${answer.status()}`);
    expect((await person.page.locator('h1').count()) === 1, `${path} has no heading`);
    expect((await person.page.title()) !== '', `${path} has no title`);
    expect((await person.page.locator('html[lang]').count()) === 1, `${path} does not say its language`);
  }
  await person.leave();
}

export async function scenes(table, stage, idp) {
  const play = (name, scene) => table.step(name, () => scene(stage, idp));
  if (idp.framePage) {
    await play('a frame of another site ends the session here', logOutByFrame);
    await play('our pages keep to their own policy', ourPages);
    return;
  }
  await play('a person signs in; the cookie is safe; back and reload end well', firstTime);
  await play('two tabs at once', twoTabs);
  await play('two people in two browsers', twoPeople);
  await play('logout here goes to the IdP and comes back', logOutHere);
  if (idp.endsOurs) await play('logout at the IdP ends the session here', logOutThere);
}
