import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AllInOneUnderTest } from '../support/all-in-one-under-test.js';
import { patiently } from '../support/patiently.js';

interface Ended {
  exitCode: number | string | null | undefined;
  output: string;
}

let sluice: AllInOneUnderTest;
beforeEach(async () => {
  sluice = await AllInOneUnderTest.start();
});
afterEach(() => sluice.close());

it.each(['yaml', 'json'])(
  'a key that was issued before connects again after a restore from %s',
  async (form) => {
    const file = join(sluice.dataDir, `config.${form}`);
    const route = { match: { path: '/kept' }, upstreams: [{ url: sluice.echoUrl }] };
    await sluice.call('POST', '/v1/tenants/demo/routes', route);
    const { key } = (await sluice.call('POST', '/v1/tenants/demo/api-keys', { name: 'web' })) as {
      key: string;
    };
    await vi.waitFor(async () => expect(await connects(key)).toBe(true), patiently);
    expect((await run('export', file)).exitCode).toBe(0);
    const saved = await readFile(file, 'utf8');
    expect(saved).not.toContain(key);
    expect((await run('diff', file)).exitCode).toBe(0);

    await sluice.call('PUT', '/v1/config?deleteTenants=true', { version: 1, tenants: [] });
    await vi.waitFor(async () => expect(await connects(key)).toBe(false), patiently);
    const differing = await run('diff', file);
    expect([differing.exitCode, differing.output]).toEqual([1, expect.stringContaining('+ tenant demo')]);
    expect((await run('apply', file)).exitCode).toBe(0);
    await vi.waitFor(async () => expect(await connects(key)).toBe(true), patiently);
    await run('export', file);
    expect(await readFile(file, 'utf8')).toBe(saved);
  },
);

it('a live connection of a route that is not touched notices nothing', async () => {
  const file = join(sluice.dataDir, 'config.json');
  const route = { match: { path: '/kept' }, upstreams: [{ url: sluice.echoUrl }], auth: { mode: 'none' } };
  await sluice.call('POST', '/v1/tenants/demo/routes', route);
  await vi.waitFor(async () => expect(await connects('')).toBe(true), patiently);
  const client = new WebSocket(`${sluice.gatewayUrl}/kept`);
  await once(client, 'open');
  await run('export', file);
  const document = JSON.parse(await readFile(file, 'utf8')) as { tenants: object[] };
  document.tenants.push({ slug: 'added' });
  await writeFile(file, JSON.stringify(document));
  const applied = await run('apply', file);
  expect([applied.exitCode, applied.output]).toEqual([0, expect.stringContaining('+ tenant added')]);
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  client.close();
  await once(client, 'close');
});

it('what is wrong is named with file and place, and ends with 2; the token is never printed', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  const texts = [
    'version: 1\ntenants:\n  - slug: acme\n    speed: high\n',
    'tenants: [',
    'version: 1\ntenants: []\n',
  ];
  const outputs: string[] = [];
  for (const text of texts) {
    await writeFile(file, text);
    const { exitCode, output } = await run('apply', file);
    expect(exitCode).toBe(2);
    outputs.push(output);
  }
  for (const more of [
    ['apply', `${file}.txt`],
    ['diff', `${file}.json`],
    ['erase', file],
  ]) {
    const { exitCode, output } = await run(...more);
    expect(exitCode).toBe(2);
    outputs.push(output);
  }
  expect(outputs[0]).toContain(`${file}: tenants[0].speed: there is no such field`);
  expect(outputs.join('')).not.toContain(sluice.adminToken);
});

function run(...words: string[]): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    SLUICE_API_URL: sluice.apiUrl,
    SLUICE_ADMIN_TOKEN: sluice.adminToken,
  };
  return new Promise((settle) => {
    execFile(process.execPath, [resolve('scripts/sluice.mjs'), ...words], { env }, (error, stdout, stderr) =>
      settle({ exitCode: error ? error.code : 0, output: stdout + stderr }),
    );
  });
}

async function connects(key: string): Promise<boolean> {
  const client = new WebSocket(
    `${sluice.gatewayUrl}/kept`,
    key === '' ? {} : { headers: { 'X-Api-Key': key } },
  );
  const outcome = new Promise<boolean>((settle) => {
    client.on('error', () => settle(false));
    client.once('open', () => settle(true));
  });
  const isOpen = await outcome;
  client.terminate();
  return isOpen;
}
