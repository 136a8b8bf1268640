import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInProcessTickets, type Tickets } from '#libs/credentials';
import { createInProcessFleet, type Fleet } from '#libs/fleet';
import { readApiSettings } from '#libs/settings';
import { RecordingSink } from '../../test/support/recording-sink.js';
import { startApi, type RunningApi } from './start-api.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-start-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the data, the admin token and the revision survive a restart', async () => {
  const first = await start();
  const token = (await readFile(first.adminTokenFile ?? '', 'utf8')).trim();
  await createTenant(first, token, 'acme');
  await first.close();
  const second = await start();
  expect((await readFile(second.adminTokenFile ?? '', 'utf8')).trim()).toBe(token);
  const response = await fetch(`${second.url}/v1/tenants/acme`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  expect(await createTenant(second, token, 'acme')).toBe(409);
  await second.close();
});

test('close completes running requests, and is safe to call twice', async () => {
  const api = await start();
  const token = (await readFile(api.adminTokenFile ?? '', 'utf8')).trim();
  const answers = ['a', 'b', 'c'].map((slug) => createTenant(api, token, slug));
  await answers[0];
  await Promise.all([api.close(), api.close()]);
  expect(new Set(await Promise.allSettled(answers)).size).toBe(3);
  await expect(fetch(`${api.url}/healthz`)).rejects.toThrow();
});

test('a port in use fails the start, and the database is closed', async () => {
  const taken = createServer();
  const port = await portOf(taken);
  await expect(start(port)).rejects.toThrow(/^SLUICE_API_LISTEN: .* is taken/);
  await new Promise((resolve) => taken.close(resolve));
  const api = await start();
  await api.close();
});

test('an API that listens beyond loopback warns that tokens need a TLS proxy', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  for (const [host, count] of [
    ['127.0.0.1', 0],
    ['0.0.0.0', 1],
  ] as const) {
    const settings = readApiSettings({ SLUICE_DATA_DIR: folder, SLUICE_API_LISTEN: `${host}:0` });
    const api = await startApi({ settings, ...bus(), logger });
    expect(lines.filter((line) => line.includes('without TLS'))).toHaveLength(count);
    await api.close();
  }
});

test('a database that cannot be opened fails the start', async () => {
  const settings = readApiSettings({
    SLUICE_DATA_DIR: folder,
    SLUICE_DATABASE_URL: 'sqlite:/dev/null/sluice.db',
  });
  const parts = { settings, ...bus(), logger: pino({ level: 'silent' }) };
  await expect(startApi(parts)).rejects.toThrow(/^SLUICE_DATABASE_URL: .*(ENOTDIR|EEXIST)/);
});

test('no token and no key is logged', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const api = await start(0, logger);
  const token = (await readFile(api.adminTokenFile ?? '', 'utf8')).trim();
  await createTenant(api, token, 'acme');
  await createTenant(api, `${token}x`, 'other');
  const response = await fetch(`${api.url}/v1/tenants/acme/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"name":"web"}',
  });
  const { key } = (await response.json()) as { key: string };
  await api.close();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toContain(token);
  expect(lines.join('')).not.toContain(key);
});

function start(port = 0, logger = pino({ level: 'silent' })): Promise<RunningApi> {
  const settings = readApiSettings({ SLUICE_DATA_DIR: folder, SLUICE_API_LISTEN: `127.0.0.1:${port}` });
  return startApi({ settings, ...bus(), logger });
}

function bus(): { sink: RecordingSink; fleet: Fleet; tickets: Tickets } {
  const { fleet } = createInProcessFleet();
  return { sink: new RecordingSink(), fleet, tickets: createInProcessTickets() };
}

async function createTenant(api: RunningApi, token: string, slug: string): Promise<number> {
  const response = await fetch(`${api.url}/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ slug }),
  });
  return response.status;
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
