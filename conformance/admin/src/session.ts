/** A newcomer's whole session with the admin API, through the generated client. */
import { getOpenApi } from './api';
import { createClient } from './api/client';
import { useInstance } from './instance';
import { useLadder } from './ladder';
import { runPeople } from './people';
import { useSets } from './sets';
import { useSignIn } from './sign_in';
import { Documented } from './documented';
import { Suite } from './suite';

async function main(): Promise<void> {
  const { ROLLCALL_URL: url, ROLLCALL_TOKEN: token } = process.env;
  if (!url || !token) throw new Error('ROLLCALL_URL and ROLLCALL_TOKEN are needed');
  const { data } = await getOpenApi({ client: createClient({ baseUrl: url }) });
  if (!data) throw new Error('there is no document');
  const suite = new Suite(url, token, new Documented(data));
  await useLadder(suite);
  await runPeople(suite);
  await useSets(suite);
  await useSignIn(suite, url.replace(/\/api\/v1$/, ''));
  await useInstance(suite);
  await suite.step('every operation of the document was called', async () => {
    await suite.done(getOpenApi({ client: suite.operator }));
    const left = suite.uncalled();
    if (left.length > 0) throw new Error(`never called: ${left.join(', ')}`);
  });
  process.exitCode = suite.close() ? 0 : 1;
}

void main();
