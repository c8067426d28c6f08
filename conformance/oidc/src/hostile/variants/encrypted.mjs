/** Encrypted ID tokens (oidc 1.3, 7.8): what is inside still has to be signed. */
import * as jose from 'jose';
import { refused, signedIn } from '../expected.mjs';
import { b64, compact, encrypted, oaep256, rsa15, signatures } from '../tokens.mjs';

/** Our public key for encryption, as the gateway publishes it. */
async function ours(at) {
  if (!at.encryptionKey) {
    const answer = await fetch(at.endpoints.jwks);
    const { keys } = await answer.json();
    at.encryptionKey = keys.find((key) => key.use === 'enc');
    if (!at.encryptionKey) throw new Error('the gateway publishes no key with use enc');
  }
  return at.encryptionKey;
}

async function to(at, header = {}) {
  const key = await ours(at);
  const alg = key.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES';
  return { head: { alg, kid: key.kid, enc: 'A256GCM', cty: 'JWT', ...header }, key: await jose.importJWK(key, alg) };
}

async function encrypt(text, at, header) {
  const { head, key } = await to(at, header);
  return new jose.CompactEncrypt(Buffer.from(text)).setProtectedHeader(head).encrypt(key);
}

const unsigned = (text) => compact({ alg: 'none' }, text, null, signatures.none);
const strangers = (at) => at.keys.stranger.publicKey;

const variants = [
  { name: 'jwe-ok', why: 'signed, then encrypted to us', wrap: (token, at) => encrypt(token, at),
    expect: signedIn },
  { name: 'jwe-a128cbc', why: 'the same with AES-CBC and HMAC',
    wrap: (token, at) => encrypt(token, at, { enc: 'A128CBC-HS256' }), expect: signedIn },
  { name: 'jwe-inner-none', why: 'encrypted, inside alg none',
    wrap: (token, at, text) => encrypt(unsigned(text), at),
    expect: refused('alg_forbidden', 'signature_invalid') },
  { name: 'jwe-inner-plain', why: 'encrypted, inside the claims alone',
    wrap: (token, at, text) => encrypt(text, at), expect: refused('signature_invalid') },
  { name: 'jwe-inner-badsig', why: 'encrypted, inside a wrong signature',
    wrap: (token, at) => encrypt(token.slice(0, -8) + b64('sixsix'), at),
    expect: refused('signature_invalid') },
  { name: 'jwe-twice', why: 'encrypted twice',
    wrap: async (token, at) => encrypt(await encrypt(token, at), at),
    expect: refused('signature_invalid', 'alg_forbidden') },
  { name: 'jwe-foreign-key', why: 'encrypted to somebody else under our kid',
    wrap: async (token, at) => encrypted(token, { alg: 'RSA-OAEP-256', kid: (await ours(at)).kid }, oaep256(strangers(at))),
    expect: refused('decrypt_failed', 'key_unknown') },
  { name: 'jwe-kid-unknown', why: 'encrypted to a kid that is not ours',
    wrap: (token, at) => encrypt(token, at, { kid: 'nobody' }), expect: refused('key_unknown') },
  { name: 'jwe-rsa15', why: 'RSA1_5, an oracle',
    wrap: async (token, at) => encrypted(token, { alg: 'RSA1_5', kid: (await ours(at)).kid }, rsa15(strangers(at))),
    expect: refused('alg_forbidden') },
  { name: 'jwe-dir', why: 'dir: a shared secret', wrap: (token) => encrypted(token, { alg: 'dir' }, () => ''),
    expect: refused('alg_forbidden') },
  { name: 'jwe-tag', why: 'its tag is broken',
    wrap: async (token, at) => (await encrypt(token, at)).slice(0, -6) + 'AAAAAA',
    expect: refused('decrypt_failed') },
  { name: 'jwe-zip', why: 'compressed',
    wrap: async (token, at) => encrypted(token, { alg: 'RSA-OAEP-256', zip: 'DEF', kid: (await ours(at)).kid }, oaep256(strangers(at))),
    expect: refused('alg_forbidden') },
];

/** Our key for it is made at the first use, which takes a while. */
export default [
  {
    group: 'ID token: encrypted (1.3, 7.8)',
    variants: variants.map((variant) => ({ oidc: { encrypted_id_token: true }, within: 20, ...variant })),
  },
];
