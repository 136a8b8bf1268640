import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Program } from '../support/program.js';

const clientCount = 600;

let dataDir: string;
let program: Program | null;
let clients: WebSocket[];

beforeEach(async () => {
  program = null;
  clients = [];
  dataDir = await mkdtemp(join(tmpdir(), 'sluice-descriptors-'));
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await program?.stop('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** How the client fares: let in, answered otherwise, or reset. */
function connect(url: string): Promise<'open' | 'answered' | 'reset'> {
  const client = new WebSocket(url);
  clients.push(client);
  return new Promise((resolve) => {
    client.on('error', () => resolve('reset'));
    client.once('open', () => resolve('open'));
    client.once('unexpected-response', () => resolve('answered'));
  });
}

test('clients that are dropped for want of file descriptors are counted, and logged once a minute', async () => {
  const listen = '127.0.0.1:0';
  program = Program.start(
    'all-in-one',
    {
      SLUICE_DATA_DIR: dataDir,
      SLUICE_API_LISTEN: listen,
      SLUICE_GATEWAY_LISTEN: listen,
      SLUICE_GATEWAY_ADMIN_LISTEN: listen,
      SLUICE_ECHO_LISTEN: listen,
      SLUICE_MAX_PENDING_PER_ADDRESS: '0',
    },
    { openFiles: 1024 },
  );
  const [, admin = ''] = await program.printed(/metrics: (http:\/\/127\.0\.0\.1:\d+)/);
  const [, url = ''] = await program.printed(/connect -- (ws:\S+)/);
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
