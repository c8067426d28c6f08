/** The gateway that is put to the test: its admin API, and where a connection's endpoints lie. */
import { send } from './user_agent.mjs';

export class Gateway {
  /** `url` is the admin API's, ending in /api/v1. */
  constructor(url, token) {
    this.admin = url.replace(/\/$/, '');
    this.base = this.admin.replace(/\/api\/v1$/, '');
    this.token = token;
  }

  /** The body of an admin call that must succeed. */
  async call(method, path, body) {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body ? answer.json() : undefined;
  }

  ask(method, path, body) {
    const headers = { authorization: `Bearer ${this.token}`, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return send(
      `${this.admin}${path}`,
      method,
      headers,
      body === undefined ? undefined : JSON.stringify(body),
    );
  }

  /** An organization that takes whoever a connection sends. */
  async organization(slug) {
    await this.call('POST', '/organizations', { slug, name: slug });
    await this.call('PATCH', `/organizations/${slug}`, { policy: { default_deployment_roles: false } });
    return new Organization(this, slug);
  }
}

export class Organization {
  constructor(gateway, slug) {
    this.gateway = gateway;
    this.slug = slug;
  }

  call(method, path, body) {
    return this.gateway.call(method, `/organizations/${this.slug}${path}`, body);
  }

  async connect(id, settings) {
    await this.call('PUT', `/connections/${id}`, {
      protocol: 'oidc',
      vendor: 'generic',
      jit: true,
      ...settings,
    });
    return this.endpoints(id);
  }

  /** What the IdP has to know of a connection; good before it exists. */
  endpoints(id) {
    const at = `${this.gateway.base}/oidc/${this.slug}/${id}`;
    return {
      login: `${this.gateway.base}/login?connection=${this.slug}/${id}`,
      callback: `${at}/callback`,
      backchannel: `${at}/backchannel-logout`,
      frontchannel: `${at}/frontchannel-logout`,
      jwks: `${at}/jwks.json`,
    };
  }

  /** What the administrator sees of a sign-in. */
  async trace(id) {
    const answer = await this.gateway.ask('GET', `/organizations/${this.slug}/sign-ins/${id}`);
    return answer.status === 200 ? answer.json() : undefined;
  }
}
