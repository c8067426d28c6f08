/** What concerns the whole instance: operator tokens, its audit log, and what only the machine itself may. */
import * as api from './api';
import { expect, same, type Suite } from './suite';

export async function useInstance(suite: Suite): Promise<void> {
  const client = suite.operator;

  await suite.step('an operator token: created, used, revoked', async () => {
    const token = await suite.done(api.createOperatorToken({ client, body: { name: `t-${suite.tag}` } }), 201);
    const other = suite.as(token.secret!);
    const listed = await suite.all((cursor) => api.listOperatorTokens({ client: other, query: { cursor, limit: 2 } }));
    expect(listed.some((one) => one.id === token.id), 'it is not listed');
    await suite.done(api.revokeOperatorToken({ client, path: { token: token.id } }), 204);
    await suite.refused(api.listOperatorTokens({ client: other }), 401, 'unauthenticated');
  });

  await suite.step('the audit log of the instance', async () => {
    await suite.done(api.listInstanceAuditEvents({ client, query: { limit: 5, order: 'newest_first' } }));
    const head = await suite.done(api.getInstanceAuditHead({ client }));
    same((await suite.done(api.verifyInstanceAudit({ client, body: head }))).valid, true, 'the verdict');
    await suite.done(api.exportInstanceAuditLog({ client, query: { limit: 5 }, parseAs: 'text' }));
  });

  await suite.step('a backup is for the machine itself', async () => {
    await suite.refused(api.backUpStore({ client, body: { path: '/backup/store.db' } }), 403, 'local_only');
  });
}
