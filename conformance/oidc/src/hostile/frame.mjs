/** The sign-in frame (oidc 1.2): what /login takes, where it may lead, who may start it. */
import { UserAgent } from '../user_agent.mjs';
import { SignIn } from './sign_in.mjs';

/** Values of return_to that lead elsewhere in some browser or some parser. */
const elsewhere = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example',
  '/\t/evil.example/',
  '/%09/evil.example',
  'http:evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  ' //evil.example',
  '/\n/evil.example',
  'http://user@evil.example/',
  '/..//evil.example',
  '/.//evil.example',
  '///evil.example',
  'HTTPS://EVIL.EXAMPLE',
  '/a\r\nSet-Cookie: x=y',
];

/** A return_to that is not ours is refused, or forgotten: the browser ends on this host. */
async function endsHere(organization, at, target) {
  const login = `${at.endpoints.login}&return_to=${encodeURIComponent(target)}`;
  const sign = new SignIn(organization, at);
  const start = await sign.agent.go(login);
  if (start.status >= 400 && start.status < 500) return ['refused', []];
  const idp = await sign.toIdp(sign.agent, start);
  const end = await sign.agent.go(idp.location);
  const raw = end.fields.location ?? '';
  const here =
    new URL(raw.replace(/[\t\r\n]/g, '').replaceAll('\\', '/'), sign.base).host === new URL(sign.base).host;
  const plain = /^(?:\/(?![/\\])|http)/.test(raw) && !/%09|%5c|[\\\t]/i.test(raw);
  return ['goes on', end.status === 303 && here && plain ? [] : [`${end.status} ${raw}`]];
}

/** Only a navigation starts a sign-in; a script's request gets 401 and no attempt. */
const scripts = [
  ['fetch', { 'sec-fetch-mode': 'cors' }],
  ['XMLHttpRequest', { 'x-requested-with': 'XMLHttpRequest' }],
  ['Accept without HTML', { accept: 'application/json' }],
];

async function refusesScript(at, fields) {
  const answer = await new UserAgent().go(at.endpoints.login, { fields });
  const faults = [];
  if (answer.status !== 401) faults.push(`${answer.status} instead of 401`);
  if (!answer.fields['content-type']?.includes('json'))
    faults.push(`it answers ${answer.fields['content-type']}`);
  if (answer.cookies.length > 0) faults.push('it sets a cookie');
  return faults;
}

async function cookiesStayFew(at) {
  const agent = new UserAgent();
  for (let tab = 0; tab < 15; ++tab) await agent.go(at.endpoints.login);
  const jar = [...agent.jars.values()][0];
  const attempts = [...jar.keys()].filter((name) => name.includes('-login-')).length;
  return attempts >= 2 && attempts <= 10 ? [] : [`${attempts} cookies after 15 tabs`];
}

async function pageWithTrace(url) {
  const answer = await new UserAgent().go(url);
  const page =
    answer.status >= 400 && answer.status < 500 && answer.fields['content-type']?.startsWith('text/html');
  return page && answer.trace
    ? []
    : [`${answer.status} ${answer.fields['content-type']}, trace ${answer.trace}`];
}

async function refusesUnknown(gateway, organization) {
  return [
    ...(await pageWithTrace(`${gateway.base}/login?connection=${organization.slug}/nobody`)),
    ...(await pageWithTrace(`${gateway.base}/login?connection=nobody/nobody`)),
    ...(await pageWithTrace(`${gateway.base}/login?organization=nobody`)),
  ];
}

export async function frame(table, organization, at) {
  table.heading('The frame (1.2)');
  for (const target of elsewhere) {
    const [verdict, faults] = await endsHere(organization, at, target);
    table.row(['return_to', verdict, '', JSON.stringify(target)], faults);
  }
  for (const [name, fields] of scripts) {
    table.row(['started by a script', '401', '', name], await refusesScript(at, fields));
  }
  table.row(
    ['many tabs', 'at most 10', '', 'fifteen attempts at once leave at most ten cookies'],
    await cookiesStayFew(at),
  );
  table.row(
    ['unknown', 'refused', '', 'connections and organizations that do not exist'],
    await refusesUnknown(organization.gateway, organization),
  );
}
