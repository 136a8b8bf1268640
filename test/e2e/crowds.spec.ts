import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionLimiter } from '#libs/limits';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { HeldLimiter } from '../support/held-limiter.js';
import { parseAnswer, upgradeRequest, type RawAnswer } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const crowd = 400;
const places = 100;
const address = '192.0.2.7';

/** The proxy between the clients and the gateway, and whether the clients use TLS. */
interface Path {
  environment?: Record<string, string>;
  isTls?: boolean;
  proxyHeader?: string;
  fields?: Record<string, string>;
}

const trusted = { SLUICE_TRUSTED_PROXIES: '127.0.0.1' };
const withHeader = { environment: { ...trusted, SLUICE_PROXY_PROTOCOL: 'on' } };
const proxyHeader = `PROXY TCP4 ${address} 10.0.0.1 1 2\r\n`;
const paths: [name: string, path: Path][] = [
  ['one address', {}],
  ['one address, with TLS', { isTls: true }],
  ['a proxy with X-Forwarded-For', { environment: trusted, fields: { 'X-Forwarded-For': address } }],
  ['a proxy with PROXY headers', { ...withHeader, proxyHeader }],
  ['a proxy with PROXY headers, with TLS', { ...withHeader, proxyHeader, isTls: true }],
];

let world: GatewayWorld;
let echo: RunningEcho;
let certificates: CertificateFolder;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  certificates = await CertificateFolder.make();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
  await certificates.remove();
});

async function start({ environment = {} }: Path, limiter?: ConnectionLimiter): Promise<void> {
  const settings = {
    SLUICE_MAX_PENDING_PER_ADDRESS: String(places),
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
    ...environment,
  };
  world = await GatewayWorld.start(settings, undefined, limiter);
  await world.route(await world.tenant(), { upstreams: [{ url: echo.url }] });
}

/** The status for one client of the crowd; null if its socket was reset. */
async function come({ isTls = false, proxyHeader = '', fields = {} }: Path): Promise<RawAnswer | null> {
  const raw = connect({
    host: '127.0.0.1',
    port: Number(new URL(world.gateway.urls[isTls ? 1 : 0] ?? '').port),
  });
  sockets.push(raw.on('error', () => undefined));
  if (proxyHeader !== '') raw.write(proxyHeader);
  const socket = isTls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  socket.on('error', () => undefined);
  socket.write(upgradeRequest('/', fields));
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.startsWith('HTTP/1.1 101 ') && text.includes('\r\n\r\n')) resolve(parseAnswer(text));
    });
    socket.once('close', () => resolve(text === '' ? null : parseAnswer(text)));
  });
}

async function expectNoneDropped(): Promise<void> {
  const metrics = await world.gateway.metrics.registry.metrics();
  expect(metrics).not.toContain('sluice_connections_dropped_total{');
}

describe.each(paths)('400 clients that reconnect at once from %s', (_name, path) => {
  test('are all admitted', async () => {
    await start(path);
    const answers = await Promise.all(Array.from({ length: crowd }, () => come(path)));
    expect(answers.map((answer) => answer?.status)).toEqual(Array(crowd).fill(101));
    await expectNoneDropped();
  });

  test('are admitted at once, or at a retry after 429, while some admissions are slow', async () => {
    const limiter = new HeldLimiter();
    await start(path, limiter);
    const refusals: RawAnswer[] = [];
    const coming = Array.from({ length: crowd }, async () => {
      const answer = await come(path);
      if (answer?.status === 429) refusals.push(answer);
      return answer?.status;
    });
    await expect.poll(() => refusals.length).toBe(crowd - places);
    expect(limiter.asked).toBe(places);
    limiter.answer();
    expect((await Promise.all(coming)).filter((status) => status === 101)).toHaveLength(places);
    for (const { headers } of refusals) expect(headers['retry-after']).toBe('5');

    const again = await Promise.all(refusals.map(() => come(path)));
    expect(again.map((answer) => answer?.status)).toEqual(Array(crowd - places).fill(101));
    await expectNoneDropped();
  });
});

/** Sends requests in a thread, so that they arrive while this one is blocked. Posts the statuses. */
const crowdInThread = `
  const { connect } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const { port, request, count, sent } = workerData;
  const statuses = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ host: '127.0.0.1', port });
    socket.write(request, () => {
      Atomics.add(sent, 0, 1);
      Atomics.notify(sent, 0);
    });
    socket.once('data', (answer) => {
      statuses.push(Number(answer.toString('latin1', 9, 12)));
      if (statuses.length === count) parentPort.postMessage(statuses);
    });
  }
`;

/** The statuses for so many clients whose requests all arrive before the gateway reads one. */
async function comeWhileBusy(count: number): Promise<number[]> {
  const sent = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData = { port: world.port, request: upgradeRequest('/'), count, sent };
  const clients = new Worker(crowdInThread, { eval: true, workerData });
  for (let seen = 0; seen < count; seen = Atomics.load(sent, 0)) Atomics.wait(sent, 0, seen);
  const [statuses] = (await once(clients, 'message')) as [number[]];
  await clients.terminate();
  return statuses;
}

test('300 clients whose requests arrive while the gateway is busy are all admitted', async () => {
  await start({});
  // In which order the gateway reads them depends on how fast it is, and the first crowds are slow.
  for (let round = 0; round < 12; round += 1) {
    expect(await comeWhileBusy(3 * places)).toEqual(Array(3 * places).fill(101));
    await world.expectNothingHeld();
  }
  await expectNoneDropped();
});
