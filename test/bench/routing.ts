import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configEntrySchema, newId, type ConfigEntry } from '#libs/contract';
import { Configuration } from '#libs/routing';
import { printResults } from './print-results.js';
import { publishedConfiguration, publishedRoute, type ConfigurationSize } from './published-configuration.js';
import { quantile } from './quantile.js';

const fullSize: ConfigurationSize = { tenants: 10_000, routesPerTenant: 10, keysPerTenant: 2 };
const smallSize: ConfigurationSize = { tenants: 1, routesPerTenant: 10, keysPerTenant: 2 };
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const lookups = 300_000;
const changes = 20_000;

interface Row {
  what: string;
  measured: string;
  target: string;
}

const rows: Row[] = [];
const snapshotLines = Array.from(publishedConfiguration(fullSize), (entry) => JSON.stringify(entry));
const full = await measureStart();
measureSnapshot(full);
measureLookups(full, 'requests of every kind', requests);
measureLookups(full, '8 KB of slashes, on the host with 10,000 routes', hostileRequests);
measureApply(full, '100,000 routes');
measureApply(await configurationOf(parsed(linesOf(smallSize))), '10 routes');
print();

async function measureStart(): Promise<Configuration> {
  const before = usedMemory();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const entries = parsed(snapshotLines);
  const validated = performance.now();
  const loopHold = watchLoop();
  const configuration = await configurationOf(entries);
  const ended = performance.now();
  const maxHoldMs = loopHold.stop();
  const { user, system } = process.cpuUsage(cpuBefore);
  entries.length = 0;
  const memory = usedMemory() - before;
  const { tenants, routes, apiKeys } = configuration.counts;
  const size = `${count(tenants)} tenants, ${count(routes)} routes, ${count(apiKeys)} keys`;
  add(`start from the JSON of a snapshot: ${size}`, `${((ended - started) / 1000).toFixed(2)} s`, '< 5 s');
  // Wall time and processor time differ on a busy machine; the collector's threads count too.
  add('of this, processor time', `${((user + system) / 1e6).toFixed(2)} s`);
  add('of this, JSON.parse and validation', `${((validated - started) / 1000).toFixed(2)} s`);
  add('of this, Configuration.replace', `${((ended - validated) / 1000).toFixed(2)} s`);
  add('longest turn of the event loop in replace', `${maxHoldMs.toFixed(1)} ms`);
  add('memory of the whole configuration', `${(memory / 1e6).toFixed(0)} MB`, '< 150 MB');
  return configuration;
}

function measureSnapshot(configuration: Configuration): void {
  const times = Array.from({ length: 50 }, () => timed(() => configuration.snapshot()));
  add('Configuration.snapshot()', `median ${micros(quantile(times, 0.5))} µs`);
}

function measureLookups(
  configuration: Configuration,
  name: string,
  make: (configuration: Configuration) => Request[],
): void {
  measureRound(configuration, make(configuration));
  const times = measureRound(configuration, make(configuration));
  const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  add(`look-up: ${name}`, `median ${micros(median)} µs, p99 ${micros(p99)} µs`, '< 2 µs median');
}

interface Request {
  host: string;
  path: string;
  isMatch: boolean;
}

function measureRound(configuration: Configuration, list: Request[]): number[] {
  return list.map(({ host, path, isMatch }) => {
    const start = process.hrtime.bigint();
    const found = configuration.match(host, path);
    const time = Number(process.hrtime.bigint() - start);
    if ((found !== null) !== isMatch) throw new Error(`a wrong answer for ${host} ${path}`);
    return time;
  });
}

function requests(): Request[] {
  return Array.from({ length: lookups }, (_, index) => {
    const tenant = Math.floor(Math.random() * fullSize.tenants);
    const { host, path, isMatch } = requestOf(index % 20, tenant);
    return { host: asReceived(host), path: asReceived(path), isMatch };
  });
}

// Of 20 requests: 11 to a tenant's host, 3 to its wildcard, 2 to any host, and 4 without a match.
function requestOf(kind: number, tenant: number): Request {
  const own = `chat.t${tenant}.example`;
  if (kind < 4) return { host: own, path: `/api/v1/room-${kind}`, isMatch: true };
  if (kind < 8) return { host: own, path: `/api/v1/room-${kind % 4}/users/17`, isMatch: true };
  if (kind < 11) return { host: own, path: `/api/v1/room-${(kind % 3) + 4}`, isMatch: true };
  if (kind < 14) return { host: `eu.edge.t${tenant}.example`, path: '/socket/7/x', isMatch: true };
  if (kind < 16) return { host: 'other.test', path: `/tenants/t${tenant}/9/x`, isMatch: true };
  if (kind < 18) return { host: own, path: '/api/v1/nothing', isMatch: false };
  if (kind < 19) return { host: `eu.t${tenant}.example`, path: '/socketry', isMatch: false };
  return { host: 'other.test', path: '/nothing/here', isMatch: false };
}

function hostileRequests(): Request[] {
  const path = '/'.repeat(8192);
  return Array.from({ length: 5000 }, () => ({ host: 'other.test', path: asReceived(path), isMatch: false }));
}

// Like a string from a socket: new and flat, with a hash that is not yet computed.
function asReceived(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function measureApply(configuration: Configuration, name: string): void {
  const tenantId = configuration.snapshot()?.entries.find((entry) => entry.kind === 'tenant')?.id ?? '';
  const times = Array.from({ length: changes }, (_, index) => {
    const kind = { pathType: 'prefix', encodedSlash: 'refuse', headers: null, query: null } as const;
    const value = publishedRoute(tenantId, { host: `new-${index}.example`, path: '/socket', ...kind });
    const added = timed(() => apply(configuration, { kind: 'route', id: value.id, value }));
    const removed = timed(() => apply(configuration, { kind: 'route', id: value.id, value: null }));
    return (added + removed) / 2;
  }).slice(changes / 2);
  const [median, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  add(`apply of one route, with ${name}`, `median ${micros(median)} µs, p99 ${micros(p99)} µs`);
}

function apply(configuration: Configuration, entry: ConfigEntry): void {
  const committedAt = '2026-01-01T00:00:00.000Z';
  const result = configuration.apply({ epoch: 'bench', revision: 2, committedAt, entries: [entry] });
  if (!result.ok) throw new Error(result.reason);
}

async function configurationOf(entries: ConfigEntry[]): Promise<Configuration> {
  const configuration = new Configuration();
  const result = await configuration.replace({
    epoch: newId('gateway'),
    revision: 1,
    fleetId: null,
    entries,
  });
  if (!result.ok) throw new Error(result.reason);
  return configuration;
}

function linesOf(size: ConfigurationSize): string[] {
  return Array.from(publishedConfiguration(size), (entry) => JSON.stringify(entry));
}

function parsed(lines: string[]): ConfigEntry[] {
  return lines.map((line) => configEntrySchema.parse(JSON.parse(line)));
}

function watchLoop(): { stop(): number } {
  let maxMs = 0;
  let last = performance.now();
  let isWatching = true;
  const turn = (): void => {
    const now = performance.now();
    maxMs = Math.max(maxMs, now - last);
    last = now;
    if (isWatching) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop: () => {
      isWatching = false;
      return maxMs;
    },
  };
}

function usedMemory(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Nanoseconds, including the reading of the clock. */
function timed(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

function micros(nanoseconds: number): string {
  return (nanoseconds / 1000).toFixed(2);
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function add(what: string, measured: string, target = ''): void {
  rows.push({ what, measured, target });
}

function print(): void {
  const head = ['what', 'measured', 'target'];
  printResults([head, ...rows.map(({ what, measured, target }) => [what, measured, target])]);
}
