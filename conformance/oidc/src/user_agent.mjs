/** A browser without a screen: sends one request at a time, keeps cookies as a browser would, never
 * follows a redirect by itself. */
import http from 'node:http';
import https from 'node:https';

const SECONDS = 40;

/** What a server answered; fields in lower case. */
class Answer {
  constructor(url, message, body) {
    this.url = url;
    this.status = message.statusCode;
    this.fields = message.headers;
    this.cookies = message.headers['set-cookie'] ?? [];
    this.body = body;
  }

  /** Where it sends the browser, absolute; undefined where it does not. */
  get location() {
    const to = this.fields.location;
    return this.status >= 300 && this.status < 400 && to ? new URL(to, this.url).href : undefined;
  }

  get trace() {
    return this.fields['x-rollcall-trace'];
  }

  json() {
    return JSON.parse(this.body);
  }

  /** The page's first form, or none: where it goes and what it carries. */
  form(mark = '<form') {
    const start = this.body.indexOf(mark);
    if (start < 0) return undefined;
    const text = this.body.slice(start, this.body.indexOf('</form>', start));
    const fields = [...text.matchAll(/<(?:input|button)\b[^>]*>/gs)].map(([tag]) => tag);
    const named = fields
      .filter((tag) => attribute(tag, 'name') !== undefined)
      .map((tag) => [attribute(tag, 'name'), attribute(tag, 'value') ?? '']);
    return {
      action: new URL(attribute(text, 'action') ?? '', this.url).href,
      fields: new URLSearchParams(named),
    };
  }
}

function attribute(tag, name) {
  const value = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`, 's').exec(tag);
  return value && unescape(value[1] ?? value[2]);
}

function unescape(text) {
  const names = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    hex
      ? String.fromCodePoint(parseInt(hex, 16))
      : decimal
        ? String.fromCodePoint(+decimal)
        : (names[name] ?? all),
  );
}

export class UserAgent {
  /** host → cookie name → {value, path, sameSite, httpOnly, secure} */
  jars = new Map();

  /** A navigation. `from` names the page that it starts at: a POST from another site carries
   * SameSite=None cookies alone (RFC 6265bis §5.2). */
  async go(url, { method = 'GET', form, fields = {}, from } = {}) {
    const target = new URL(url);
    const crossPost = method !== 'GET' && from !== undefined && new URL(from).hostname !== target.hostname;
    const cookies = this.#cookiesFor(target, crossPost);
    const headers = { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate', ...fields };
    if (cookies) headers.cookie = [fields.cookie, cookies].filter(Boolean).join('; ');
    if (form !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded';
    const answer = await send(target, method, headers, form === undefined ? undefined : String(form));
    this.#keep(target, answer.cookies);
    return answer;
  }

  cookie(url, name) {
    return this.jars.get(new URL(url).host)?.get(name);
  }

  forget() {
    this.jars.clear();
  }

  #cookiesFor(target, crossPost) {
    const jar = this.jars.get(target.host) ?? new Map();
    return [...jar]
      .filter(
        ([, cookie]) => (!crossPost || cookie.sameSite === 'none') && under(target.pathname, cookie.path),
      )
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ');
  }

  #keep(target, lines) {
    if (!this.jars.has(target.host)) this.jars.set(target.host, new Map());
    const jar = this.jars.get(target.host);
    for (const line of lines) {
      const cookie = parseCookie(line, target);
      if (cookie.over) jar.delete(cookie.name);
      else jar.set(cookie.name, cookie);
    }
  }
}

function under(path, prefix) {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

function parseCookie(line, target) {
  const [pair, ...rest] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const said = new Map(
    rest.map((part) => {
      const [name, ...value] = part.split('=');
      return [name.toLowerCase(), value.join('=')];
    }),
  );
  const expires = said.has('expires') && new Date(said.get('expires')) < new Date();
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    path: said.get('path') || target.pathname.replace(/\/[^/]*$/, '') || '/',
    sameSite: said.get('samesite')?.toLowerCase(),
    httpOnly: said.has('httponly'),
    secure: said.has('secure'),
    over: said.get('max-age') === '0' || expires,
  };
}

/** One request; rejects if nothing was answered in time. */
export function send(url, method, headers, body) {
  const target = new URL(url);
  const client = target.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.request(target, { method, headers, timeout: SECONDS * 1000 }, (message) => {
      const parts = [];
      message
        .on('data', (part) => parts.push(part))
        .on('error', reject)
        .on('end', () => resolve(new Answer(target, message, Buffer.concat(parts).toString())));
    });
    request
      .on('error', reject)
      .on('timeout', () =>
        request.destroy(new Error(`${method} ${target.pathname}: no answer in ${SECONDS} s`)),
      );
    if (body === undefined) request.end();
    else request.setHeader('content-length', Buffer.byteLength(body)).end(body);
  });
}
