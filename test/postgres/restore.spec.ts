import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { longWait } from '../support/long-wait.js';
import { operatorOf, runSluice } from '../support/sluice-command.js';
import { databaseOf, dropDatabaseOf } from '../support/test-database.js';

let lost: SluiceInProcess;
let restored: SluiceInProcess;
beforeEach(async () => {
  lost = await startSluice();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-all-in-one-'));
  restored = await startSluice(folder, await databaseOf(folder));
});
afterEach(async () => {
  await lost.close();
  await restored.close();
  await dropDatabaseOf(restored.dataDir);
});

test('a configuration exported from SQLite is applied to Postgres, and an issued key connects', async () => {
  const file = join(lost.dataDir, 'config.yaml');
  const route = { match: { path: '/kept' }, upstreams: [{ url: lost.echoUrl }] };
  await lost.rest.call('POST', '/tenants/demo/routes', route);
  const { key } = (await lost.rest.call('POST', '/tenants/demo/api-keys', { name: 'web' })) as {
    key: string;
  };
  expect((await runSluice(operatorOf(lost), 'export', file)).exitCode).toBe(0);
  // The demo tenant of the new Sluice is a different tenant.
  expect(await runSluice(operatorOf(restored), 'apply', file, '--delete-tenants')).toMatchObject({
    exitCode: 0,
  });
  expect(await runSluice(operatorOf(restored), 'diff', file)).toMatchObject({ exitCode: 0 });
  await vi.waitFor(() => expectEcho(restored, key), longWait);
});

async function expectEcho({ gatewayUrl }: SluiceInProcess, key: string): Promise<void> {
  const client = new WebSocket(`${gatewayUrl}/kept`, { headers: { 'X-Api-Key': key } });
  try {
    await once(client, 'open');
    client.send('hello');
    const [message] = (await once(client, 'message')) as [Buffer];
    expect(message.toString()).toBe('hello');
  } finally {
    client.terminate();
  }
}
