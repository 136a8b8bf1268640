import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { startPostgresServer } from '../support/postgres/postgres-server.js';
import { Releases } from '../support/releases.js';
import { adminToken } from '../support/sluice-settings.js';
import { builtProgram } from './built-program.js';
import { largeDocument } from './large-document.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import { startBenchAllInOne } from './sluice-processes.js';

const { values: options } = parseArgs({
  options: {
    /** The folder of an earlier, built checkout, measured in turn with this one. */
    baseline: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    /** Requests of each kind in a round. */
    requests: { type: 'string', default: '100' },
    /** Options of Node.js for the measured processes, for example `--cpu-prof`. */
    node: { type: 'string', multiple: true, default: [] },
    databases: { type: 'string', default: 'sqlite,postgres' },
  },
});
const size = { tenants: 100, routes: 10_000, keys: 20_000 };
const ticksPerSecond = 100;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** A built Sluice with its configuration, and the processor time of each kind of request in each round. */
interface Subject {
  url: string;
  pid: number;
  /** The path of a route. */
  route: string;
  ms: Map<string, number[]>;
}

interface Operation {
  name: string;
  method: string;
  /** The path and the body of the request with this number. */
  path: (number: number, subject: Subject) => string;
  body?: (number: number) => object;
}

const tenant = '/v1/tenants/bench-7';
const operations: Operation[] = [
  { name: 'a page of 100 tenants', method: 'GET', path: () => '/v1/tenants?limit=100' },
  { name: 'a page of 100 routes', method: 'GET', path: () => `${tenant}/routes?limit=100` },
  { name: 'a page of 100 API keys', method: 'GET', path: () => `${tenant}/api-keys?limit=100` },
  { name: '`GET` of a tenant', method: 'GET', path: () => tenant },
  { name: '`GET` of a route', method: 'GET', path: (_number, { route }) => route },
  {
    name: '`PATCH` of a route',
    method: 'PATCH',
    path: (_number, { route }) => route,
    body: (number) => ({ maxConnections: number + 1 }),
  },
  {
    name: '`PATCH` of a tenant',
    method: 'PATCH',
    path: () => tenant,
    body: (number) => ({ name: `T ${number}` }),
  },
  {
    name: '`POST` of a route',
    method: 'POST',
    path: () => '/v1/tenants/written/routes',
    body: (number) => ({
      name: `room ${number}`,
      match: { host: 'rooms.example', path: `/rooms/${number}` },
      upstreams: [{ url: 'ws://rooms.upstream.example:9000/base' }],
    }),
  },
  {
    name: '`POST` of an API key',
    method: 'POST',
    path: () => '/v1/tenants/written/api-keys',
    body: (number) => ({ name: `key ${number}` }),
  },
];

await runBenchmark(async (releases) => {
  const rows = [['processor time of the process for a request', 'before', 'now', 'ratio']];
  for (const database of options.databases.split(',')) {
    for (const [name, ...values] of await measureOn(database, releases)) {
      rows.push([`${database}, ${name ?? ''}`, ...values]);
    }
  }
  return rows;
});

async function measureOn(database: string, all: Releases): Promise<string[][]> {
  const releases = new Releases();
  all.add(() => releases.releaseAll());
  const folders = [...(options.baseline === undefined ? [] : [options.baseline]), '.'];
  const subjects: Subject[] = [];
  for (const folder of folders) subjects.push(await startSubject(folder, database, releases));
  let number = 0;
  for (let round = 0; round <= Number(options.rounds); round += 1) {
    for (const operation of operations) {
      for (const subject of subjects) {
        const ms = await msOf(subject, operation, number);
        // The first round warms up.
        if (round > 0) subject.ms.set(operation.name, [...(subject.ms.get(operation.name) ?? []), ms]);
      }
      number += Number(options.requests);
    }
  }
  await releases.releaseAll();
  const now = subjects.at(-1);
  const before = subjects.length > 1 ? subjects[0] : undefined;
  return [...(now?.ms ?? [])].map(([name, times]) => {
    const earlier = before?.ms.get(name) ?? [];
    const median = milliseconds(quantile(times, 0.5));
    if (before === undefined) return [name, '', median, ''];
    const ratios = times.map((ms, round) => ms / (earlier[round] ?? Number.NaN));
    return [name, milliseconds(quantile(earlier, 0.5)), median, quantile(ratios, 0.5).toFixed(2)];
  });
}

async function startSubject(folder: string, database: string, releases: Releases): Promise<Subject> {
  const postgres = database === 'postgres' ? await startPostgresServer() : null;
  if (postgres !== null) releases.add(() => postgres.stop());
  const settings: Record<string, string> = postgres === null ? {} : { SLUICE_DATABASE_URL: postgres.url };
  const launch = { main: builtProgram(folder, 'apps/all-in-one/main.js'), nodeOptions: options.node };
  const sluice = await startBenchAllInOne(
    { folder: await temporaryFolder(releases), settings, launch },
    releases,
  );
  const subject: Subject = { url: sluice.apiUrl, pid: sluice.process.pid, route: '', ms: new Map() };
  const document = largeDocument(size);
  const puts = [
    ['`PUT /v1/config`, all new', document],
    ['`PUT /v1/config`, unchanged', document],
  ] as const;
  for (const [name, body] of puts) {
    const path = (): string => '/v1/config?deleteTenants=true';
    subject.ms.set(name, [await msOf(subject, { name, method: 'PUT', path, body: () => body }, 0, 1)]);
  }
  await send(subject.url, 'POST', '/v1/tenants', { slug: 'written' });
  const { items } = JSON.parse(await send(subject.url, 'GET', `${tenant}/routes?limit=1`)) as {
    items: { id: string }[];
  };
  subject.route = `${tenant}/routes/${items[0]?.id ?? ''}`;
  return subject;
}

/** The processor time of one request. */
async function msOf(
  subject: Subject,
  { method, path, body }: Operation,
  first: number,
  count = Number(options.requests),
): Promise<number> {
  const { url, pid } = subject;
  const startedAtMs = await processorMs(pid);
  for (let number = first; number < first + count; number += 1) {
    await send(url, method, path(number, subject), body?.(number));
  }
  return ((await processorMs(pid)) - startedAtMs) / count;
}

function send(url: string, method: string, path: string, body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const sent = request(url + path, { agent, method, headers }, (response) => {
      text(response).then((answer) => {
        if ((response.statusCode ?? 500) < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${response.statusCode ?? ''} ${answer}`));
      }, reject);
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The processor time of a process with its threads, as reported by Linux. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return ((Number(user) + Number(system)) / ticksPerSecond) * 1000;
}
