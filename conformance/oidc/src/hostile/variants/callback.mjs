/** What comes back through the browser (oidc 1.2, 1.3): `callback` changes the parameters, `bring` what the
 * browser does with them. */
import { UserAgent } from '../../user_agent.mjs';
import { refused, signedIn } from '../expected.mjs';

const withIss = (document) => ({ ...document, authorization_response_iss_parameter_supported: true });
const also = (...more) => (params) => [...params, ...more];
const instead = (name, value) => (params) => params.map(([key, old]) => [key, key === name ? value : old]);
const formPost = { response_mode: 'form_post' };
const inOtherBrowser = (at, agent, callback) => callback.bringBy(new UserAgent());
const error = (code, description = 'said by the IdP') => ([, state]) =>
  [['error', code], ['error_description', description], state];

const parameters = [
  { name: 'iss-ok', why: 'iss is announced and right (RFC 9207)', discovery: withIss,
    callback: (params, at) => also(['iss', at.url])(params), expect: signedIn },
  { name: 'iss-param-missing', why: 'iss is announced and absent', discovery: withIss,
    expect: refused('iss_param_missing') },
  { name: 'iss-param-wrong', why: 'iss of another IdP', discovery: withIss,
    callback: also(['iss', 'https://idp.example']), expect: refused('iss_param_mismatch') },
  { name: 'iss-unannounced-wrong', why: 'iss is not announced and of another IdP',
    callback: also(['iss', 'https://idp.example']), expect: refused('iss_param_mismatch') },
  { name: 'iss-slash-param', why: 'iss with a slash more', discovery: withIss,
    callback: (params, at) => also(['iss', `${at.url}/`])(params), expect: refused('iss_param_mismatch') },
  { name: 'dup-code', why: 'code twice', callback: also(['code', 'another']),
    expect: refused('duplicate_parameter') },
  { name: 'dup-state', why: 'state twice', callback: (params) => also(params[1])(params),
    expect: refused('duplicate_parameter') },
  { name: 'dup-iss', why: 'iss twice', discovery: withIss,
    callback: (params, at) => also(['iss', at.url], ['iss', at.url])(params),
    expect: refused('duplicate_parameter') },
  { name: 'code-and-error', why: 'code and error together', callback: also(['error', 'access_denied']),
    expect: refused('duplicate_parameter') },
  { name: 'state-wrong', why: 'a state that nobody sent',
    callback: instead('state', 'c3RhdGUgdGhhdCBub2JvZHkgc2VudCBhdCBhbGw'), expect: refused('state_unknown') },
  { name: 'state-missing', why: 'no state', callback: (params) => params.slice(0, 1),
    expect: refused('state_unknown') },
  { name: 'no-code', why: 'neither code nor error', callback: (params) => params.slice(1),
    expect: refused('token_endpoint', 'idp_error', 'state_unknown') },
  { name: 'code-wrong', why: 'a code that the IdP never gave', callback: instead('code', 'made-up'),
    serve: { token: (response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}') },
    expect: refused('token_endpoint') },
  { name: 'error-denied', why: 'the person said no there', callback: error('access_denied'),
    expect: refused('idp_error') },
  { name: 'error-scripted', why: 'error_description is a script',
    callback: error('server_error', '<script>alert(1)</script>\r\nSet-Cookie: x=y'),
    expect: refused('idp_error') },
  { name: 'error-no-state', why: 'an error without a state',
    callback: (params) => error('access_denied')(params).slice(0, 2), expect: refused('state_unknown') },
];

const browsers = [
  { name: 'other-browser', why: 'the answer comes in another browser', bring: inOtherBrowser,
    expect: refused('state_unknown') },
  { name: 'replay', why: 'the same answer a second time', bring: replay, expect: refused('state_unknown') },
  { name: 'mix-up', why: "the answer comes to another connection's callback",
    bring: (at, agent, callback) => callback.bringBy(agent, callback.url.replace('/mix-up/', '/ok/')),
    expect: refused('state_unknown') },
  { name: 'form-post', why: 'the answer comes by a form of another site', oidc: formPost, expect: signedIn },
  { name: 'form-post-error', why: 'an error by a form of another site', oidc: formPost,
    callback: error('login_required'), expect: refused('idp_error') },
  { name: 'form-post-dup', why: 'a form with code twice', oidc: formPost, callback: also(['code', 'another']),
    expect: refused('duplicate_parameter') },
  { name: 'form-post-other-browser', why: 'a form from another browser', oidc: formPost,
    bring: inOtherBrowser, expect: refused('state_unknown') },
  { name: 'two-tabs', why: 'two attempts at once, the later comes first', bring: twoTabs, expect: signedIn },
  { name: 'fixation', why: 'a session id that the browser brings along is not taken', bring: fixation,
    expect: signedIn },
];

async function replay(at, agent, callback) {
  const first = await callback.bringBy(agent);
  if (first.status !== 303) throw new Error(`the first answer was refused with ${first.status}`);
  const second = await callback.bringBy(agent);
  callback.mayHaveSession = true;
  return second;
}

async function twoTabs(at, agent, callback) {
  const later = await callback.another(agent);
  const answer = await later.bringBy(agent);
  if (answer.status !== 303) throw new Error(`the later attempt was refused with ${answer.status}`);
  return callback.bringBy(agent);
}

async function fixation(at, agent, callback) {
  const planted = 'A'.repeat(43);
  const answer = await callback.bringBy(agent, undefined, { cookie: `rollcall=${planted}` });
  if (answer.cookies.join().includes(planted)) at.faults.push('the session has the id that the browser brought');
  return answer;
}

export default [
  { group: 'Callback: parameters (1.2, 1.3)', variants: parameters },
  { group: 'Callback: browsers (1.2, 5)', variants: browsers },
];
