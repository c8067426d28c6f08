/** Sessions an hour later, when the gateway asks the IdP again. It takes a gateway whose clock ROLLCALL_CLOCK, a
 * file of libfaketime, sets ahead. */
import fs from 'node:fs';
import { until } from '../peers/visit.mjs';
import { send } from '../user_agent.mjs';
import { clock, now } from './expected.mjs';
import { SignIn } from './sign_in.mjs';

/** A little more than the shortest time between renewals. */
const AHEAD = 3700;
/** For all that a renewal asks of an IdP. */
const SECONDS = 18;

/** The gateway's clock and the IdP's. libfaketime looks at its file once a second. */
async function goOn(base, seconds) {
  clock.ahead += seconds;
  fs.writeFileSync(process.env.ROLLCALL_CLOCK, `+${clock.ahead}\n`);
  const there = async () => Date.parse((await send(`${base}/session`, 'GET', {})).fields.date) / 1000;
  await until(async () => (await there()) > now() - 60, 'the clock of the gateway does not go on');
}

async function lastOutcome(organization, at) {
  const { items } = await organization.call('GET', `/sign-ins?connection=${at.variant.name}`);
  return items[0];
}

async function signIn(organization, at) {
  at.endpoints = organization.endpoints(at.variant.name);
  await organization.connect(at.variant.name, at.connection());
  at.sign = new SignIn(organization, at);
  const { verdict, reason } = await at.sign.run();
  return [...at.sign.faults, ...(verdict === 'signed in' ? [] : [`${verdict}: ${reason}`])];
}

/** What became of the session; asks as many times at once as the variant says. */
async function later(organization, at) {
  at.down = true;
  const started = Date.now();
  const seen = await Promise.all(Array.from({ length: at.variant.requests ?? 1 }, () => at.sign.session()));
  const seconds = (Date.now() - started) / 1000;
  const last = await lastOutcome(organization, at);
  const alive = seen.filter(Boolean).length;
  const became = alive === 0 ? 'ended' : last.outcome === 'renewed' ? 'renewed' : 'kept';
  const faults = [];
  if (alive !== 0 && alive !== seen.length)
    faults.push(`${seen.length - alive} of ${seen.length} requests were signed out`);
  if (seconds > SECONDS) faults.push(`it took ${seconds.toFixed(1)} s`);
  if (became !== at.variant.ends)
    faults.push(`${became} instead of ${at.variant.ends}: ${JSON.stringify(last)}`);
  return { became, reason: last.reason || '-', faults };
}

async function play(organization, at, missing, refreshes) {
  const { reason, became, faults } = await later(organization, at);
  if (at.hits.refresh !== refreshes) faults.push(`${at.hits.refresh} refreshes instead of ${refreshes}`);
  const columns = [at.variant.name, became, reason, at.variant.why];
  return { columns, faults: [...missing, ...faults, ...new Set(at.faults)] };
}

export async function renewals(table, organization, issuers) {
  table.heading('Renewals (1.8)');
  await organization.gateway.call('PATCH', `/organizations/${organization.slug}`, {
    policy: { default_deployment_roles: false, reauth_hours: 1 },
  });
  const missing = await Promise.all(issuers.map((at) => signIn(organization, at)));
  await goOn(organization.gateway.base, AHEAD);
  const results = await Promise.all(
    issuers.map((at, number) => play(organization, at, missing[number], at.variant.renewal ? 1 : 0)),
  );
  const again = issuers.filter((at) => at.variant.twice);
  if (again.length > 0) await goOn(organization.gateway.base, AHEAD);
  results.push(...(await Promise.all(again.map((at) => play(organization, at, [], 2)))));
  results.forEach(({ columns, faults }) => table.row(columns, faults));
}
