/** Every variant of the hostile IdP through the gateway: a row per input with its verdict and reason. */
import { open } from '../stage.mjs';
import { frame } from './frame.mjs';
import { HostileIdp } from './idp.mjs';
import { logOut } from './logout.mjs';
import { SignIn } from './sign_in.mjs';
import answers from './variants/answers.mjs';
import callback from './variants/callback.mjs';
import discovery from './variants/discovery.mjs';
import encrypted from './variants/encrypted.mjs';
import idToken from './variants/id_token.mjs';
import identity from './variants/identity.mjs';
import keys from './variants/keys.mjs';
import logout from './variants/logout.mjs';
import renewal from './variants/renewal.mjs';
import { renewals } from './renewal.mjs';

const GROUPS = [
  ...idToken,
  ...encrypted,
  ...keys,
  ...callback,
  ...answers,
  ...discovery,
  ...identity,
  ...logout,
];
/** So many sign-ins at once: the slow ones wait, the others go on. */
const AT_ONCE = 16;
/** For an answer that nothing holds up. */
const SECONDS = 10;

async function prepare(organization, at) {
  const { name, victim } = at.variant;
  at.endpoints = organization.endpoints(name);
  if (victim) {
    const { id } = await organization.call('POST', '/users', {
      email: at.email,
      display_name: `Victim of ${name}`,
    });
    at.victim = { id, email: at.email };
  }
  await organization.connect(name, at.connection());
}

function compare(wanted, got, round) {
  const where = round === undefined ? '' : `round ${round}: `;
  if (got.verdict !== wanted.verdict) {
    return [
      `${where}${got.verdict} (${got.answer.status}, reason "${got.reason}") instead of ${wanted.verdict} ${wanted.codes}`,
    ];
  }
  const rightCode = wanted.codes.length === 0 ? got.reason === '' : wanted.codes.includes(got.reason);
  return rightCode
    ? []
    : [`${where}reason "${got.reason}" instead of ${wanted.codes.join(' or ') || 'none'}`];
}

/** One variant, all its rounds: {columns, faults}. */
async function play(organization, at) {
  const { variant } = at;
  const rounds = variant.rounds ?? [variant.expect];
  const faults = [];
  let last;
  for (const [round, wanted] of rounds.entries()) {
    at.round = round;
    const sign = new SignIn(organization, at);
    const started = Date.now();
    last = await sign.run();
    const seconds = (Date.now() - started) / 1000;
    faults.push(...compare(wanted, last, variant.rounds && round), ...sign.faults);
    if (seconds > (variant.within ?? SECONDS)) faults.push(`it took ${seconds.toFixed(1)} s`);
    faults.push(...(variant.trace?.(last.trace) ?? []), ...(variant.session?.(at, last.session) ?? []));
    if (variant.ends !== undefined) faults.push(...(await logOut(at, sign)));
  }
  faults.push(...(variant.after?.(at) ?? []), ...new Set(at.faults));
  const verdict = variant.ends === undefined ? last.verdict : variant.ends ? 'ended' : 'alive';
  return { columns: [variant.name, verdict, last.reason || '-', variant.why], faults };
}

async function playOrTell(organization, at) {
  try {
    await prepare(organization, at);
    return await play(organization, at);
  } catch (error) {
    return {
      columns: [at.variant.name, 'broke off', '', at.variant.why],
      faults: [error.message, ...new Set(at.faults)],
    };
  }
}

/** Results in the order of the issuers, though several are played at once. */
function playAll(organization, issuers) {
  const waiting = issuers.map((at) => {
    const slot = { at };
    slot.done = new Promise((resolve) => {
      slot.resolve = resolve;
    });
    return slot;
  });
  const queue = [...waiting];
  const worker = async () => {
    for (let slot = queue.shift(); slot; slot = queue.shift())
      slot.resolve(await playOrTell(organization, slot.at));
  };
  for (let i = 0; i < AT_ONCE; ++i) worker();
  return new Map(waiting.map(({ at, done }) => [at.variant.name, done]));
}

async function main() {
  const { table, picks, all, newOrganization } = open('hostile');
  const chosen = GROUPS.map(({ group, variants }) => ({
    group,
    variants: variants.filter(({ name }) => picks(name)),
  })).filter(({ variants }) => variants.length > 0);
  const idp = new HostileIdp([...GROUPS.flatMap(({ variants }) => variants), ...renewal]);
  await idp.listen();
  try {
    const organization = await newOrganization();
    const issuers = chosen.flatMap(({ variants }) => variants.map(({ name }) => idp.issuers.get(name)));
    const results = playAll(organization, issuers);
    for (const { group, variants } of chosen) {
      table.heading(group);
      for (const { name } of variants) {
        const { columns, faults } = await results.get(name);
        table.row(columns, faults);
      }
    }
    if (all) await frame(table, organization, idp.issuers.get('ok'));
    const renewed = renewal.filter(({ name }) => picks(name)).map(({ name }) => idp.issuers.get(name));
    if (!process.env.ROLLCALL_CLOCK) table.skip('renewals', 'nobody sets the clock of this gateway ahead');
    else if (renewed.length > 0) await renewals(table, await newOrganization(), renewed);
  } finally {
    idp.close();
  }
  return table.close();
}

process.exit(await main());
