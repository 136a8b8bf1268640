import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { longWait } from '../support/long-wait.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

async function statusOf(sluice: SluiceInProcess, path: string): Promise<number> {
  const { port } = new URL(sluice.gatewayUrl);
  return (await rawRequest(Number(port), upgradeRequest(path, { Host: 'restore.test' }))).status;
}

function expectStatus(sluice: SluiceInProcess, path: string, status: number): Promise<void> {
  return vi.waitFor(async () => expect(await statusOf(sluice, path)).toBe(status), longWait);
}

async function makeRoute(sluice: SluiceInProcess, path: string): Promise<void> {
  // Nothing listens there: 502 means that the gateway has the route.
  const upstreams = [{ url: 'ws://127.0.0.1:9' }];
  await sluice.rest.call('POST', '/tenants/demo/routes', {
    match: { path },
    upstreams,
    auth: { mode: 'none' },
  });
}

test('a gateway with a newer revision follows a database that was restored from a backup', async () => {
  let sluice = await startSluice();
  const { dataDir } = sluice;
  const [database, backup] = [join(dataDir, 'sluice.db'), join(dataDir, 'backup')];
  await makeRoute(sluice, '/kept');
  await sluice.stop();
  await mkdir(backup);
  await copyFile(database, join(backup, 'sluice.db'));

  sluice = await startSluice(dataDir);
  for (const path of ['/lost-1', '/lost-2', '/lost-3']) await makeRoute(sluice, path);
  await expectStatus(sluice, '/lost-3', 502);
  await sluice.stop();
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${database}${suffix}`, { force: true })));
  await copyFile(join(backup, 'sluice.db'), database);

  sluice = await startSluice(dataDir);
  await expectStatus(sluice, '/lost-3', 404);
  await expectStatus(sluice, '/kept', 502);
  await makeRoute(sluice, '/after');
  await expectStatus(sluice, '/after', 502);
  await sluice.close();
});
