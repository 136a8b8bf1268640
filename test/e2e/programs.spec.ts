import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SluiceProcess, type App } from '../support/sluice-process.js';
import { testSettings } from '../support/sluice-settings.js';

let dataDir: string;
const programs: SluiceProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-programs-'));
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await rm(dataDir, { recursive: true, force: true });
});

function start(app: App, environment: Record<string, string> = {}): SluiceProcess {
  const program = SluiceProcess.start(app, { ...testSettings, SLUICE_DATA_DIR: dataDir, ...environment });
  programs.push(program);
  return program;
}

async function startAllInOne(
  environment: Record<string, string> = {},
): Promise<{ program: SluiceProcess; api: string; echo: string }> {
  const program = start('all-in-one', environment);
  const { api, demo } = await program.urls();
  return { program, api: `${api}/v1`, echo: demo };
}

async function tenantSlugs(api: string): Promise<string[]> {
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
  const response = await fetch(`${api}/tenants`, { headers: { Authorization: `Bearer ${token}` } });
  const { items } = (await response.json()) as { items: { slug: string }[] };
  return items.map(({ slug }) => slug);
}

async function deleteTenant(api: string, slug: string): Promise<void> {
  const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${api}/tenants/${slug}`, { method: 'DELETE', headers })).status).toBe(204);
}

async function echoes(url: string): Promise<boolean> {
  const client = new WebSocket(url);
  await once(client, 'open');
  client.send('hello');
  const [answer] = (await once(client, 'message')) as [Buffer];
  client.terminate();
  return answer.toString() === 'hello';
}

describe('the all-in-one start', () => {
  test('creates an echo route and an admin token that only its owner can read, and shows the URL of its gateway', async () => {
    const { program, api, echo } = await startAllInOne({ SLUICE_GATEWAY_LISTEN: '0.0.0.0:0' });
    expect(await echoes(echo)).toBe(true);
    expect(await tenantSlugs(api)).toEqual(['demo']);
    expect((await stat(join(dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
    const token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
    expect(program.output).not.toContain(token);
    const session = await fetch(`${api}/session`, { headers: { Authorization: `Bearer ${token}` } });
    expect(await session.json()).toMatchObject({ gatewayUrl: new URL(echo).origin });
    expect(await program.stop()).toMatchObject({ exitCode: 0 });
  });

  test('keeps its data, and does not restore a deleted demo tenant', async () => {
    const first = await startAllInOne();
    await deleteTenant(first.api, 'demo');
    const token = await readFile(join(dataDir, 'admin-token'), 'utf8');
    await first.program.stop();
    const second = await startAllInOne();
    expect(await tenantSlugs(second.api)).toEqual([]);
    expect(await readFile(join(dataDir, 'admin-token'), 'utf8')).toBe(token);
    expect(await second.program.stop('SIGINT')).toMatchObject({ exitCode: 0 });
  });

  test('closes its connections with 1001 on SIGTERM, and exits with 0', async () => {
    const { program, echo } = await startAllInOne({ SLUICE_DRAIN_SECONDS: '1' });
    const client = new WebSocket(echo);
    await once(client, 'open');
    const closed = once(client, 'close');
    const ended = program.stop();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1001, 'gateway draining']);
    expect(await ended).toMatchObject({ exitCode: 0 });
  });
});

describe('an invalid setting stops the start with one line that names it and contains no secret', () => {
  const secret = 'hunter2hunter2';
  const cases: [app: App, setting: string, value: string][] = [
    ['gateway', 'SLUICE_REDIS_URL', ''],
    ['api', 'SLUICE_REDIS_URL', ''],
    ['gateway', 'SLUICE_REDIS_URL', `http://:${secret}@127.0.0.1`],
    ['gateway', 'SLUICE_GATEWAY_LISTEN', '8080'],
    ['gateway', 'SLUICE_UPSTREAM_ALLOW', '10.0.0.0/40'],
    ['gateway', 'SLUICE_TRUSTED_PROXIES', 'localhost'],
    ['gateway', 'SLUICE_DRAIN_SECONDS', '-1'],
    ['gateway', 'SLUICE_GATEWAY_WORKERS', '0'],
    ['gateway', 'SLUICE_GATEWAY_WORKERS', 'all'],
    ['all-in-one', 'SLUICE_GATEWAY_WORKERS', '2'],
    ['all-in-one', 'SLUICE_ADMIN_TOKEN', 'short secret'],
    ['all-in-one', 'SLUICE_DATABASE_URL', `postgres://user:${secret}@db/sluice`],
    ['all-in-one', 'SLUICE_LOG_LEVEL', 'loud'],
    ['echo', 'SLUICE_ECHO_LISTEN', 'nowhere'],
  ];

  test.each(cases)('%s with %s=%s', async (app, setting, value) => {
    const { exitCode, output } = await start(app, { [setting]: value }).exited();
    expect(exitCode).toBe(1);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    expect(output).toContain(setting);
    expect(output).not.toContain(secret);
    expect(output).not.toContain('short secret');
  });
});

describe('a port in use stops the start with a line that names its setting', () => {
  const settings = [
    'SLUICE_API_LISTEN',
    'SLUICE_GATEWAY_LISTEN',
    'SLUICE_GATEWAY_ADMIN_LISTEN',
    'SLUICE_ECHO_LISTEN',
  ];
  test.each(settings)('%s', async (setting) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { exitCode, output } = await start('all-in-one', { [setting]: `127.0.0.1:${port}` }).exited();
    taken.close();
    expect(exitCode).toBe(1);
    expect(output).toBe(
      `${setting}: 127.0.0.1:${port} is taken, perhaps by another Sluice that runs: stop it, or set another address\n`,
    );
  });
});

test('a mistyped setting is logged as a warning with a suggestion', async () => {
  const { program } = await startAllInOne({ SLUICE_GATEWAY_DRAIN_SECONDS: '1' });
  await program.printed(/SLUICE_GATEWAY_DRAIN_SECONDS is not a setting of Sluice and is ignored/);
});

test('a refused request is logged to the terminal with its cause', async () => {
  const { program, echo } = await startAllInOne();
  const client = new WebSocket(new URL('/nowhere', echo));
  await once(client, 'error');
  await program.printed(/refused 127\.0\.0\.1\/nowhere from 127\.0\.0\.1 with 404 no_route/);
});

test('a stop prints the number of connections and the drain period, and a second signal exits at once', async () => {
  const { program, echo } = await startAllInOne({ SLUICE_DRAIN_SECONDS: '3600' });
  const clients = [new WebSocket(echo), new WebSocket(echo)];
  await Promise.all(clients.map((client) => once(client, 'open')));
  for (const client of clients) client.on('error', () => undefined);
  program.signal('SIGINT');
  await program.printed(/^closing 2 connections, up to 3600 s; again to stop now$/m);
  const repeat = setInterval(() => program.signal('SIGINT'), 100);
  const { exitCode } = await program.exited();
  clearInterval(repeat);
  expect(exitCode).toBe(1);
});
