/** Key sets (oidc 1.3, 1.5). `rounds` sign-ins follow one another with an `expect` each. */
import { refused, signedIn } from '../expected.mjs';
import { compact, jwk } from '../tokens.mjs';
import { huge, notFound, redirectTo, slow, status } from '../faults.mjs';

const es256 = (kid) => (head) => ({ ...head, alg: 'ES256', kid });
/** The key of the round, under a kid of its own. */
const current = (at) => ({ pair: at.keys.ec[at.round % at.keys.ec.length], kid: `key-${at.round}` });
const rotating = {
  jwks: (at) => [jwk(current(at).pair, { kid: current(at).kid })],
  header: (head, at) => es256(current(at).kid)(head),
  sign: (head, text, at) => compact(head, text, current(at).pair.privateKey),
};
const fetchedAtMost = (most) => (at) =>
  at.hits.jwks <= most ? [] : [`the key set was fetched ${at.hits.jwks} times, ${most} are allowed`];

export default [{ group: 'Key sets (1.3, 1.5)', variants: [
  { name: 'kid-absent-single', why: 'no kid, one key', header: (head) => ({ ...head, kid: undefined }),
    expect: signedIn },
  { name: 'kid-absent-multi', why: 'no kid, several keys that fit',
    header: (head) => ({ ...head, kid: undefined }),
    jwks: (at) => [jwk(at.rsa), jwk(at.keys.stranger, { kid: 'key-2' })], expect: refused('key_unknown') },
  { name: 'kid-absent-one-fits', why: 'no kid, one of the keys fits',
    header: (head) => ({ ...head, kid: undefined }),
    jwks: (at) => [jwk(at.keys.ec[0], { kid: 'key-2' }), jwk(at.rsa)], expect: signedIn },
  { name: 'kid-unknown', why: 'a kid that is not in the set: one fetch more',
    header: (head) => ({ ...head, kid: 'nobody' }), expect: refused('key_unknown'), after: fetchedAtMost(2) },
  { name: 'kid-number', why: 'kid is a number', header: (head) => ({ ...head, kid: 1 }),
    expect: refused('key_unknown') },
  { name: 'kid-flood', why: 'a new unknown kid twelve times: at most five fetches a minute',
    header: (head, at) => ({ ...head, kid: `nobody-${at.round}` }),
    rounds: Array(12).fill(refused('key_unknown')), after: fetchedAtMost(6) },
  { name: 'jwks-dup-kid', why: 'two keys of one kid, the wrong one first',
    jwks: (at) => [jwk(at.keys.stranger), jwk(at.rsa)], expect: signedIn },
  { name: 'jwks-dup-kid-5', why: 'five keys of one kid: more than are tried',
    jwks: (at) => [...Array(4).fill(jwk(at.keys.stranger)), jwk(at.rsa)], expect: refused('key_unknown') },
  { name: 'jwks-use-enc', why: 'the key is for encryption', jwks: (at) => [jwk(at.rsa, { use: 'enc' })],
    expect: refused('key_unknown') },
  { name: 'jwks-key-ops', why: 'key_ops do not hold verify',
    jwks: (at) => [jwk(at.rsa, { use: undefined, key_ops: ['encrypt'] })], expect: refused('key_unknown') },
  { name: 'jwks-other-alg', why: 'the key is for RS512 only', jwks: (at) => [jwk(at.rsa, { alg: 'RS512' })],
    expect: refused('key_unknown') },
  { name: 'jwks-private', why: 'the set gives its private key away',
    jwks: (at) => [{ ...at.rsa.privateKey.export({ format: 'jwk' }), kid: 'key-1' }],
    expect: refused('key_unknown') },
  { name: 'jwks-off-curve', why: 'a point that is not on its curve',
    jwks: (at) => [jwk(at.keys.ec[0], { y: jwk(at.keys.ec[1]).y })], header: es256('key-1'),
    expect: refused('key_unknown') },
  { name: 'jwks-empty', why: 'a set without keys', jwks: () => [], expect: refused('key_unknown') },
  { name: 'jwks-cached', why: 'three sign-ins, one fetch', rounds: [signedIn, signedIn, signedIn],
    after: fetchedAtMost(1) },
  { name: 'rotate', why: 'the key is replaced just before it signs, three times in seconds', ...rotating,
    rounds: [signedIn, signedIn, signedIn, signedIn], after: fetchedAtMost(4) },
  { name: 'jwks-500-after-rotation', why: 'the new key cannot be had, the old one stays good',
    ...afterRotation(), rounds: [signedIn, refused('key_unknown', 'idp_unreachable'), signedIn] },
  { name: 'jwks-10MB', why: 'a set of 10 MB', serve: { jwks: huge(10) }, expect: refused('idp_unreachable') },
  { name: 'jwks-slow', why: 'a set that never arrives', serve: { jwks: slow },
    expect: refused('idp_unreachable'), within: 12 },
  { name: 'jwks-404', why: 'no set', serve: { jwks: notFound }, expect: refused('idp_unreachable') },
  { name: 'jwks-redirect', why: 'the set is elsewhere', serve: { jwks: redirectTo('ok/jwks') },
    expect: refused('idp_unreachable') },
  { name: 'jwks-not-json', why: 'the set is a page', serve: { jwks: status(200, '<html>', 'text/html') },
    expect: refused('idp_unreachable', 'key_unknown') },
] }];

/** Round 0 signs with key-1; round 1 with a key that the set would have if it answered; round 2 as 0. */
function afterRotation() {
  const rotated = (at) => at.round === 1;
  return {
    serve: { jwks: (response, at) => (at.round === 0 ? 'as usual' : response.writeHead(500).end()) },
    header: (head, at) => ({ ...head, kid: rotated(at) ? 'key-2' : 'key-1' }),
    sign: (head, text, at) => compact(head, text, (rotated(at) ? at.keys.stranger : at.rsa).privateKey),
  };
}
