/** Real sign-ins in headless Chromium through real providers; what is not installed is skipped by name. */
import { chromium } from 'playwright-core';
import { glewlwydLacks } from '../peers/glewlwyd.mjs';
import { lemonldapLacks } from '../peers/lemonldap.mjs';
import { oidcProviderLacks } from '../peers/oidc_provider.mjs';
import { installed } from '../peers/processes.mjs';
import { open } from '../stage.mjs';
import { framingIdp, glewlwyd, lemonldap, oidcProvider } from './idps.mjs';
import { scenes } from './scenes.mjs';

const chromium_programs = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** Name → how to start it, what is missing for it. */
const IDPS = {
  'oidc-provider query': {
    lacks: oidcProviderLacks,
    start: (organization) => oidcProvider(organization, { id: 'query' }),
  },
  'oidc-provider form_post': {
    lacks: oidcProviderLacks,
    start: (organization) => oidcProvider(organization, { id: 'form', oidc: { response_mode: 'form_post' } }),
  },
  'LemonLDAP::NG': { start: lemonldap, lacks: lemonldapLacks },
  'an IdP with frames': { lacks: () => undefined, start: framingIdp },
  glewlwyd: { start: glewlwyd, lacks: glewlwydLacks },
};

async function play(table, stage, name) {
  const { start, lacks } = IDPS[name];
  if (lacks()) return table.skip(name, `${lacks()} is not installed`);
  let idp;
  table.heading(name);
  const started = await table.step('it starts and is connected', async () => {
    idp = await start(await stage.newOrganization());
  });
  if (!started) return undefined;
  try {
    await scenes(table, stage, idp);
  } finally {
    await idp.stop();
  }
  return undefined;
}

async function main() {
  const { table, picks, base, newOrganization } = open('browser');
  const program = installed(...chromium_programs);
  if (!program) {
    table.skip('all of it', 'chromium is not installed');
    return table.close();
  }
  const browser = await chromium.launch({
    executablePath: program,
    args: process.getuid() === 0 ? ['--no-sandbox'] : [],
  });
  const stage = { browser, base, newOrganization };
  try {
    for (const name of Object.keys(IDPS).filter(picks)) await play(table, stage, name);
  } finally {
    await browser.close();
  }
  return table.close();
}

process.exit(await main());
