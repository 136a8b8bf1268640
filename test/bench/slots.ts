import { Redis } from 'ioredis';
import { newId } from '#libs/contract';
import {
  RedisSlots,
  type FieldLimit,
  type LeaseTerms,
  type SlotsBatch,
} from '../../libs/limits/fleet/redis-slots.js';
import { startRedisServer } from '../support/redis-server.js';
import { printResults } from './print-results.js';

const slotsTaken = 20_000;
const tenants = 100;
const connections = 4;
const askedAtOnce = 100;
const fleets = [3, 100, 1000];
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const head = [
  'gateways in the fleet',
  'an admission',
  'a close',
  'admissions a second, at most',
  'sent for each',
  'memory of a slot',
];

const server = await startRedisServer();
const redis = new Redis(server.url);
try {
  const rows: string[][] = [];
  for (const gateways of fleets) rows.push(await measure(gateways));
  printResults([head, ...rows]);
} finally {
  redis.disconnect();
  await server.stop();
}

/** The cost of each slot in Redis: the processor time of its process, as Redis reports it. */
async function measure(gateways: number): Promise<string[]> {
  await redis.flushall();
  const slots = Array.from({ length: connections }, () => open());
  const [first = open()] = slots;
  let terms = await first.renew(null);
  for (let known = 1; known < gateways; known += 1) terms = await first.renew(null);
  const ids = Array.from({ length: tenants }, () => newId('tenant'));
  const routeIds = ids.map(() => newId('route'));
  const keyIds = ids.map(() => newId('apiKey'));
  const fieldsOf = (index: number): FieldLimit[] => {
    const at = index % tenants;
    const tenantId = ids[at] ?? '';
    return [
      { field: `tenant ${tenantId}`, limit: slotsTaken },
      { field: `route ${routeIds[at] ?? ''}`, limit: slotsTaken },
      { field: `key ${keyIds[at] ?? ''}`, limit: slotsTaken },
      // Each client has a separate address, like most real clients.
      { field: `address ${tenantId} 198.51.${index >> 8}.${index & 255}`, limit: slotsTaken },
    ];
  };
  await first.acquire(terms, batchOfOne(newId('tenant'), fieldsOf(0)));
  const before = await account();
  await eachOf(slots, (of, index) =>
    of.acquire(terms, batchOfOne(ids[index % tenants] ?? '', fieldsOf(index))),
  );
  const taken = await account();
  await eachOf(slots, (of, index) => release(of, terms, ids[index % tenants] ?? '', fieldsOf(index)));
  const given = await account();
  await Promise.all(slots.map((of) => of.close()));
  const micros = (taken.cpuMicros - before.cpuMicros) / slotsTaken;
  return [
    gateways.toLocaleString('en'),
    `${micros.toFixed(0)} µs`,
    `${((given.cpuMicros - taken.cpuMicros) / slotsTaken).toFixed(0)} µs`,
    Math.round(1e6 / micros).toLocaleString('en'),
    `${((taken.bytesIn - before.bytesIn) / slotsTaken / 1024).toFixed(1)} KiB`,
    `${((taken.memoryBytes - before.memoryBytes) / slotsTaken).toFixed(0)} bytes`,
  ];
}

function open(): RedisSlots {
  return new RedisSlots({
    url: server.url,
    prefix: 'bench',
    logger: silent,
    timeoutMs: 30_000,
    leaseMs: 600_000,
    onReconnect: () => undefined,
  });
}

function batchOfOne(tenantId: string, fields: FieldLimit[]): SlotsBatch {
  return {
    tenantId,
    connectionsPerSecond: null,
    heldByTenant: 0,
    tenantField: fields[0]?.field ?? '',
    released: new Map(),
    fields,
    groups: [{ requests: 1, fields: fields.map((_, index) => index) }],
  };
}

function release(of: RedisSlots, terms: LeaseTerms, tenantId: string, fields: FieldLimit[]): Promise<void> {
  return of.release(terms, tenantId, new Map(fields.map(({ field }) => [field, 1])));
}

async function eachOf(
  slots: readonly RedisSlots[],
  ask: (of: RedisSlots, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const goOn = async (of: RedisSlots): Promise<void> => {
    for (let index = next++; index < slotsTaken; index = next++) await ask(of, index);
  };
  await Promise.all(slots.flatMap((of) => Array.from({ length: askedAtOnce }, () => goOn(of))));
}

async function account(): Promise<{ cpuMicros: number; bytesIn: number; memoryBytes: number }> {
  const text = await redis.info();
  const figure = (name: string): number => Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1]);
  return {
    cpuMicros: (figure('used_cpu_user') + figure('used_cpu_sys')) * 1e6,
    bytesIn: figure('total_net_input_bytes'),
    memoryBytes: figure('used_memory_dataset'),
  };
}
