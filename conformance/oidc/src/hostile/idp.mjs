/** An OpenID provider that signs everybody in and lies as the variant of the issuer says: one issuer a
 * path. A variant's hooks change what an honest provider would send. */
import crypto from 'node:crypto';
import http from 'node:http';
import { checkAuthorization, checkClient, checkCode, checkRefresh } from './expected_of_client.mjs';
import { now } from './expected.mjs';
import { compact, jwk, Keys } from './tokens.mjs';

export const CLIENT_ID = 'rollcall at/this:idp';
/** Each sign stands for an encoding that somebody forgets. */
export const CLIENT_SECRET = 's3cr3t+/=&%x of the hostile provider';

/** One issuer, and what the relying party did to it. */
export class Issuer {
  round = 0;
  codes = new Map();
  /** Access token → its attempt. */
  granted = new Map();
  pushed = new Map();
  hits = { discovery: 0, jwks: 0, token: 0, userinfo: 0, par: 0, refresh: 0 };
  /** What the relying party did against the rules. */
  faults = [];
  assertions = new Set();

  constructor(idp, variant, number) {
    this.idp = idp;
    this.variant = variant;
    this.keys = idp.keys;
    this.rsa = idp.keys.rsa[number % idp.keys.rsa.length];
    this.clientId = CLIENT_ID;
    this.clientSecret = CLIENT_SECRET;
    this.subject = `subject of ${variant.name}`;
    this.email = `${variant.name}.${number}@hostile.example`;
  }

  get url() {
    return `${this.idp.base}/${this.variant.name}`;
  }

  /** What the gateway's connection says, to which the driver adds `endpoints`. */
  connection() {
    const { settings = {}, oidc = {} } = this.variant;
    return {
      email_verified_by: 'claim',
      ...settings,
      oidc: {
        issuer: this.url,
        client_id: this.clientId,
        client_secret: this.clientSecret,
        scopes: ['profile', 'email'],
        allow_insecure_loopback: true,
        ...oidc,
      },
    };
  }

  metadata() {
    const at = this.url;
    return {
      issuer: at,
      authorization_endpoint: `${at}/auth`,
      token_endpoint: `${at}/token`,
      jwks_uri: `${at}/jwks`,
      userinfo_endpoint: `${at}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      response_modes_supported: ['query', 'form_post'],
      scopes_supported: ['openid', 'profile', 'email'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    };
  }

  /** What the ID token says of the person and userinfo repeats. */
  person() {
    return {
      sub: this.subject,
      email: this.email,
      email_verified: true,
      given_name: 'Hostile',
      family_name: this.variant.name,
      name: `Hostile ${this.variant.name}`,
    };
  }

  claims(attempt) {
    const made = now();
    return {
      iss: this.url,
      aud: this.clientId,
      iat: made,
      exp: made + 300,
      nonce: attempt.nonce,
      ...this.person(),
    };
  }

  /** A token with the variant's header, claims, text, signature and wrapping; `make` has its hooks. */
  async token(make, claims, attempt, header = {}) {
    const head = { alg: 'RS256', kid: 'key-1', typ: 'JWT', ...header };
    const said = make.claims?.(claims, this, attempt) ?? claims;
    const text = make.payload?.(said, this) ?? JSON.stringify(said);
    const top = make.header?.(head, this) ?? head;
    const signed = make.sign?.(top, text, this) ?? compact(top, text, this.keyOf(top.alg));
    return make.wrap ? make.wrap(signed, this, text) : signed;
  }

  /** The one before is used up. */
  newRefreshToken() {
    this.refreshToken = `rt-${crypto.randomUUID()}`;
    return this.refreshToken;
  }

  keyOf(alg) {
    const { ed, ec } = this.keys;
    const pairs = { ES256: ec[0], EdDSA: ed };
    return alg === 'HS256' ? this.clientSecret : (pairs[alg] ?? this.rsa).privateKey;
  }
}

export class HostileIdp {
  keys = new Keys();
  issuers = new Map();

  constructor(variants) {
    variants.forEach((variant, number) => this.issuers.set(variant.name, new Issuer(this, variant, number)));
    this.server = http.createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        response.headersSent ? response.destroy() : response.writeHead(500).end();
        this.broken = error;
      });
    });
  }

  async listen() {
    await new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    this.base = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.base);
    const [, name, ...rest] = url.pathname.split('/');
    const issuer = this.issuers.get(decodeURIComponent(name));
    const endpoint = rest.join('/') === '.well-known/openid-configuration' ? 'discovery' : rest.join('/');
    if (!issuer || !endpoints[endpoint]) return response.writeHead(404).end();
    ++issuer.hits[endpoint];
    const form = new URLSearchParams(request.method === 'POST' ? await bodyOf(request) : '');
    const raw = issuer.variant.serve?.[endpoint];
    if (raw && (await raw(response, issuer, form)) !== 'as usual') return undefined;
    return endpoints[endpoint](issuer, { url, form, request, response });
  }
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** 200 with a value, or with text as it stands. */
export function json(response, value, fields = {}) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', ...fields }).end(text);
}

const endpoints = {
  discovery(issuer, { response }) {
    const document = issuer.metadata();
    json(response, issuer.variant.discovery?.(document, issuer) ?? document);
  },

  jwks(issuer, { response }) {
    const keys = issuer.variant.jwks?.(issuer) ?? [jwk(issuer.rsa, { alg: 'RS256' })];
    json(response, { keys }, { 'cache-control': 'public, max-age=1' });
  },

  async par(issuer, { form, request, response }) {
    await checkClient(issuer, form, request);
    const id = `urn:ietf:params:oauth:request_uri:${crypto.randomUUID()}`;
    form.delete('client_secret');
    issuer.pushed.set(id, form);
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ request_uri: id, expires_in: 60 }));
  },

  auth(issuer, { url, response }) {
    const said = checkAuthorization(issuer, url.searchParams);
    const code = crypto.randomUUID();
    const attempt = { code, query: said, nonce: said.get('nonce'), accessToken: `at-${crypto.randomUUID()}` };
    issuer.codes.set(code, attempt);
    issuer.latest = attempt;
    const honest = [
      ['code', code],
      ['state', said.get('state')],
    ];
    const params = issuer.variant.callback?.(honest, issuer) ?? honest;
    const text = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const target = said.get('redirect_uri');
    if (said.get('response_mode') !== 'form_post') {
      return response.writeHead(303, { location: `${target}?${text}` }).end();
    }
    const inputs = params.map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(`<form method="post" action="${target}">${inputs.join('')}</form>`);
  },

  async token(issuer, { form, request, response }) {
    await checkClient(issuer, form, request);
    if (form.get('grant_type') === 'refresh_token') return refresh(issuer, form, response);
    const attempt = checkCode(issuer, form);
    issuer.granted.set(attempt.accessToken, attempt);
    const idToken = await issuer.token(issuer.variant, issuer.claims(attempt), attempt);
    const honest = {
      access_token: attempt.accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken,
    };
    issuer.idToken = idToken;
    if (issuer.variant.renewal) honest.refresh_token = issuer.newRefreshToken();
    json(response, issuer.variant.token?.(honest, issuer, attempt) ?? honest, {
      'cache-control': 'no-store',
      'content-type': issuer.variant.tokenType ?? 'application/json',
    });
  },

  userinfo(issuer, { request, response }) {
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    if (!issuer.granted.has(token)) issuer.faults.push('userinfo without the access token');
    json(response, issuer.variant.userinfo?.(issuer.person(), issuer) ?? issuer.person());
  },
};

/** RFC 6749 §6, with rotation. The variant's `renewal` has the hooks of a token, `body` and `serve`. */
async function refresh(issuer, form, response) {
  const { renewal } = issuer.variant;
  ++issuer.hits.refresh;
  checkRefresh(issuer, form);
  if (renewal.serve) return renewal.serve(response, issuer);
  const attempt = { ...issuer.latest, accessToken: `at-${crypto.randomUUID()}` };
  issuer.granted.set(attempt.accessToken, attempt);
  issuer.renewing = true;
  const { nonce, ...claims } = issuer.claims(attempt);
  const honest = {
    access_token: attempt.accessToken,
    token_type: 'Bearer',
    expires_in: 300,
    id_token: await issuer.token(renewal, claims, attempt),
  };
  if (renewal.rotates !== false) honest.refresh_token = issuer.newRefreshToken();
  return json(response, renewal.body?.(honest, issuer) ?? honest);
}
