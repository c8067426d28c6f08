/** What every program here begins with. */
import { webcrypto } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Gateway } from './gateway.mjs';
import { Table } from './table.mjs';

// The node of Debian 12 has it, but not under this name.
globalThis.crypto ??= webcrypto;

// Whoever ends us early ends what we have started: see Household.
for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => process.exit(1));

/** ROLLCALL_URL and ROLLCALL_TOKEN name the admin API; --only TEXT picks cases, --quiet prints failures only.
 * `picks(name)` tells whether a case is to run; organizations are this run's own and stay. */
export function open(purpose) {
  const { values } = parseArgs({ options: { only: { type: 'string' }, quiet: { type: 'boolean' } } });
  const gateway = new Gateway(process.env.ROLLCALL_URL, process.env.ROLLCALL_TOKEN);
  return {
    table: new Table(values.quiet, Boolean(values.only)),
    picks: (name) => !values.only || name.includes(values.only),
    all: !values.only,
    base: gateway.base,
    newOrganization: () => gateway.organization(`${purpose}-${Math.random().toString(36).slice(2, 8)}`),
  };
}
