/** Tokens by hand: no library makes what a hostile IdP sends. */
import crypto from 'node:crypto';

export const b64 = (data) => Buffer.from(data).toString('base64url');

const rsaPss = {
  padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
  saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST,
};

/** JWS signatures: (input, key) → bytes. */
export const signatures = {
  RS256: (input, key) => crypto.sign('sha256', input, key),
  PS256: (input, key) => crypto.sign('sha256', input, { key, ...rsaPss }),
  ES256: (input, key) => crypto.sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (input, key) => crypto.sign(null, input, key),
  HS256: (input, key) => crypto.createHmac('sha256', key).update(input).digest(),
  none: () => '',
};

/** Compact serialization. `payload` is text; `signature` says how, by default as the header's alg does. */
export function compact(header, payload, key, signature = signatures[header.alg]) {
  const input = `${b64(JSON.stringify(header))}.${b64(payload)}`;
  return `${input}.${b64(signature(Buffer.from(input), key))}`;
}

export class Keys {
  constructor() {
    const rsa = (bits) => crypto.generateKeyPairSync('rsa', { modulusLength: bits });
    /** Issuers take turns, so that a set of keys that is found by kid alone is the wrong one. */
    this.rsa = [rsa(2048), rsa(2048)];
    this.stranger = rsa(2048);
    this.weak = rsa(1024);
    this.ed = crypto.generateKeyPairSync('ed25519');
    this.ec = Array.from({ length: 6 }, () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }
}

/** The public half for a JWK set. */
export function jwk(pair, members = {}) {
  return { ...pair.publicKey.export({ format: 'jwk' }), use: 'sig', kid: 'key-1', ...members };
}

export const pem = (pair) => pair.publicKey.export({ type: 'spki', format: 'pem' });

/** at_hash and c_hash for a 256 bit algorithm (OpenID Connect Core §3.1.3.6). */
export const halfHash = (text) => b64(crypto.createHash('sha256').update(text).digest().subarray(0, 16));

/** The plaintext in a JWE (RFC 7516) with A256GCM; `wrapKey` makes the encrypted key. */
export function encrypted(plaintext, header, wrapKey) {
  const content = crypto.randomBytes(32);
  const iv = crypto.randomBytes(12);
  const head = b64(JSON.stringify({ enc: 'A256GCM', cty: 'JWT', ...header }));
  const cipher = crypto.createCipheriv('aes-256-gcm', content, iv).setAAD(Buffer.from(head));
  const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return [head, b64(wrapKey(content)), b64(iv), b64(text), b64(cipher.getAuthTag())].join('.');
}

export const oaep256 = (key) => (content) =>
  crypto.publicEncrypt(
    { key, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    content,
  );
export const rsa15 = (key) => (content) =>
  crypto.publicEncrypt({ key, padding: crypto.constants.RSA_PKCS1_PADDING }, content);
