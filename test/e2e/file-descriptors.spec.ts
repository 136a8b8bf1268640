import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SluiceProcess } from '../support/sluice-process.js';
import { testSettings } from '../support/sluice-settings.js';

const clientCount = 600;

let dataDir: string;
let program: SluiceProcess | null;
let clients: WebSocket[];

beforeEach(async () => {
  program = null;
  clients = [];
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-descriptors-'));
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await program?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** The outcome of a client: admitted, refused, or reset. */
function connect(url: string): Promise<'open' | 'answered' | 'reset'> {
  const client = new WebSocket(url);
  clients.push(client);
  return new Promise((resolve) => {
    client.on('error', () => resolve('reset'));
    client.once('open', () => resolve('open'));
    client.once('unexpected-response', () => resolve('answered'));
  });
}

test('clients that are dropped for lack of file descriptors are counted, and logged once a minute', async () => {
  const settings = { ...testSettings, SLUICE_DATA_DIR: dataDir };
  program = SluiceProcess.start('all-in-one', settings, { openFiles: 1024 });
  const { gatewayAdmin: admin, demo: url } = await program.urls();
  const countOf = async (pattern: RegExp): Promise<number> => {
    const metrics = await (await fetch(`${admin}/metrics`, { headers: { Connection: 'close' } })).text();
    return Number(pattern.exec(metrics)?.[1] ?? 0);
  };

  const ends = await Promise.all(Array.from({ length: clientCount }, () => connect(url)));
  const let_in = ends.filter((end) => end === 'open').length;
  const reset = ends.filter((end) => end === 'reset').length;
  expect([let_in + reset, Math.min(let_in, reset) > 0]).toEqual([clientCount, true]);
  expect(await countOf(/dropped_total\{reason="descriptors"\} (\d+)/)).toBe(reset);
  await program.printed(/too few file descriptors/);
  expect(program.output.match(/too few file descriptors/g)).toHaveLength(1);
  expect(program.output).toContain('"openFilesLimit":1024');

  for (const client of clients) client.terminate();
  await expect.poll(() => countOf(/^sluice_connections (\d+)/m)).toBe(0);
  expect(await connect(url)).toBe('open');
});
