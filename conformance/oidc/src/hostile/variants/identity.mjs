/** Who it is (oidc 1.6, access 3.3a): `victim` is somebody of the organization, whom the IdP claims to have
 * signed in. `settings` are the connection's. */
import { refused, set, signedIn, without } from '../expected.mjs';

const email = (address, verified = true) => (claims) => ({ ...claims, email: address, email_verified: verified });
const both = (change) => ({ claims: change, userinfo: change });
const notTheVictim = (at, session) =>
  session?.user?.id === at.victim.id ? ['somebody else is signed in as the victim'] : [];
const theVictim = (at, session) => (session?.user?.id === at.victim.id ? [] : ['another user than the existing one']);
const posing = (change) => (claims, at) => change(at.victim.email)(claims, at);

const TENANT = '6e7d8f90-1234-4abc-8def-001122334455';

/** What the directory API would be asked with is not given out. */
const noTokenForGraph = (response, at, form) => (form.get('grant_type') === 'client_credentials'
  ? response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}') : 'as usual');

/** `victim: true`: the driver makes such a user first. */
const variants = [
  { name: 'victim-verified-string', why: 'email_verified is the text "true"', victim: true,
    settings: { domains: ['hostile.example'] }, ...both(posing((address) => email(address, 'true'))),
    session: notTheVictim, expect: refused('email_unverified') },
  { name: 'victim-unverified', why: 'email_verified is false', victim: true,
    settings: { domains: ['hostile.example'] }, ...both(posing((address) => email(address, false))),
    session: notTheVictim, expect: refused('email_unverified') },
  { name: 'victim-silent', why: 'email_verified is absent', victim: true,
    settings: { domains: ['hostile.example'] },
    ...both((claims, at) => without('email_verified')(email(at.victim.email)(claims))), session: notTheVictim,
    expect: refused('email_unverified') },
  { name: 'victim-two-documents', why: 'the address of userinfo, email_verified of the ID token',
    victim: true, settings: { domains: ['hostile.example'] }, claims: (claims) => without('email')(claims),
    userinfo: (person, at) => without('email_verified')({ ...person, email: at.victim.email }),
    session: notTheVictim, expect: refused('email_unverified') },
  { name: 'victim-foreign-domain', why: 'a verified address of a domain that is not the connection\'s',
    victim: true, settings: { domains: ['other.example'] }, ...both(posing((address) => email(address))),
    session: notTheVictim, expect: refused('domain_not_allowed') },
  { name: 'victim-upn', why: 'the address in preferred_username and upn', victim: true,
    settings: { domains: ['hostile.example'] },
    ...both((claims, at) => ({ ...without('email', 'email_verified')(claims), preferred_username: at.victim.email, upn: at.victim.email, unique_name: at.victim.email })),
    session: notTheVictim,
    expect: refused('email_unverified', 'user_not_provisioned', 'domain_not_allowed') },
  { name: 'victim-verified', why: 'a verified address of the connection\'s domain links', victim: true,
    settings: { domains: ['hostile.example'] }, ...both(posing((address) => email(address))),
    session: theVictim, expect: signedIn },
  { name: 'two-subjects', why: 'two subjects with one address, one after the other',
    settings: { domains: ['hostile.example'] },
    ...both((claims, at) => ({ ...claims, sub: `${claims.sub} ${at.round}` })),
    rounds: [signedIn, refused('subject_conflict')] },
  { name: 'email-two-ats', why: 'an address with two @', ...both(email('a@evil@hostile.example')),
    expect: refused('domain_not_allowed', 'email_unverified', 'user_not_provisioned') },
  { name: 'email-quoted', why: 'a quoted address', ...both(email('"a@evil.example"@hostile.example')),
    expect: refused('domain_not_allowed', 'email_unverified', 'user_not_provisioned') },
  { name: 'no-email', why: 'no address at all', ...both(without('email', 'email_verified')),
    expect: refused('email_unverified', 'user_not_provisioned', 'domain_not_allowed') },
  { name: 'suffix-domain', why: 'a domain that only ends like the connection\'s',
    settings: { domains: ['hostile.example'] }, ...both(email('a@evilhostile.example')),
    expect: refused('domain_not_allowed') },
  { name: 'no-jit', why: 'a stranger, while nobody is created', settings: { jit: false },
    expect: refused('user_not_provisioned') },
  { name: 'disabled', why: 'the connection is off', settings: { enabled: false },
    expect: refused('connection_disabled') },
  { name: 'groups-overage', why: 'groups are elsewhere: unknown, not none',
    claims: set({ tid: TENANT, oid: TENANT, ver: '2.0', _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'http://127.0.0.1:9/groups' } } }),
    settings: { vendor: 'entra' }, serve: { token: noTokenForGraph }, expect: signedIn,
    trace: (trace) => (trace.groups?.state === 'unknown' ? [] : [`groups are ${JSON.stringify(trace.groups)}`]) },
  { name: 'groups-absent-deny', why: 'no groups, while they are required',
    settings: { groups_absent: 'deny' }, expect: refused('groups_absent_denied') },
];

export default [{ group: 'Identity (1.6)', variants }];
