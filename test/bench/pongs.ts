import { once } from 'node:events';
import type { Socket } from 'node:net';
import { TrafficTable, TimingWheel, type FrameSender } from '#libs/tunnel';
import { socketPair, upstreamPair } from '../support/socket-pair.js';
import { tunnelImplementations, type TunnelImplementation } from '../support/tunnel-implementations.js';
import { printResults } from './print-results.js';
import { quantile } from './quantile.js';

const pongs = 300_000;
const rounds = 9;
const pingIntervalMs = 1_000_000_000;
const sides = ['client', 'upstream'] as const;
const head = ['tunnel', 'pongs of the', 'no ping is unanswered', 'one is', 'ratio'];

const rows: string[][] = [];
for (const implementation of tunnelImplementations) {
  for (const side of sides) rows.push(await measure(implementation, side));
}
printResults([head, ...rows]);
process.exit();

async function measure(implementation: TunnelImplementation, side: FrameSender): Promise<string[]> {
  const [idle, pinged]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    idle.push(await microsOfPong(implementation, side, false));
    pinged.push(await microsOfPong(implementation, side, true));
  }
  const [withoutPing, withPing] = [quantile(idle, 0.5), quantile(pinged, 0.5)];
  const micros = [withoutPing, withPing].map((value) => `${value.toFixed(3)} µs`);
  return [implementation.name, side, ...micros, (withPing / withoutPing).toFixed(2)];
}

/** The processor time of this process, including the two peers. */
async function microsOfPong(
  implementation: TunnelImplementation,
  side: FrameSender,
  isPinged: boolean,
): Promise<number> {
  const factory = implementation.createFactory();
  const [client, nearClient] = await socketPair();
  const [nearUpstream, upstream] = await upstreamPair();
  const rates = { messagesPerSecond: null, bytesPerSecond: null };
  const traffic = new TrafficTable(new TimingWheel());
  const lanes = traffic.join({
    tenant: { id: 'ten_bench', rates },
    route: { id: 'rte_bench', rates },
    apiKey: null,
  });
  const ended = new Promise((onEnd) => {
    factory.join({
      client: nearClient,
      upstream: nearUpstream,
      clientHead: Buffer.alloc(0),
      upstreamHead: Buffer.alloc(0),
      limits: {
        idleMs: null,
        maxLifetimeMs: null,
        pingIntervalMs,
        closeTimeoutMs: 1000,
        halfOpenTimeoutMs: 1000,
      },
      messageLimits: { maxMessageBytes: null },
      lanes,
      onRate: 'slow',
      reservedBits: 'none',
      listener: { onEnd },
    });
  });
  if (isPinged) {
    const pings = [client, upstream].map((socket) => once(socket.resume(), 'data'));
    factory.advanceClock(pingIntervalMs);
    await Promise.all(pings);
  }
  const before = process.cpuUsage();
  await (side === 'client' ? flood(client, upstream, true) : flood(upstream, client, false));
  const { user, system } = process.cpuUsage(before);
  for (const socket of [client, upstream]) socket.destroy();
  await ended;
  traffic.leave(lanes);
  await factory.close();
  return (user + system) / pongs;
}

async function flood(from: Socket, to: Socket, isMasked: boolean): Promise<void> {
  const pong = Buffer.from(isMasked ? [0x8a, 0x80, 0, 0, 0, 0] : [0x8a, 0]);
  const bytes = Buffer.alloc(pongs * pong.length, pong);
  let received = 0;
  const arrived = new Promise<void>((resolve) => {
    to.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received >= bytes.length) resolve();
    }).resume();
  });
  from.write(bytes);
  await arrived;
}
