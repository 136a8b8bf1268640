import type { ChaosRunInput } from '../chaos-run.js';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { startRedisServer } from '../../support/redis-server.js';
import { answers } from '../../support/child-program.js';
import { SluiceProcess } from '../../support/sluice-process.js';
import { adminToken } from '../../support/sluice-settings.js';
import { checkLog } from '../checkers/log-checker.js';
import { listAll, recordOf, rest } from '../workload/rest.js';
import { createSmallDisk, type SmallDisk } from './small-disk.js';

interface Scenario {
  api: SluiceProcess;
  start: () => Promise<void>;
  url: string;
  disk: SmallDisk;
  print: (line: string) => void;
}

const refusalsWanted = 20;
// Some more writes fit into the free space of the database's existing pages.
const maxWrites = 3000;
const worksAgainMs = 15_000;

type ScenarioInput = Pick<ChaosRunInput, 'print' | 'interrupted'>;

/**
 * The disk of an API on SQLite is full: writes get 503 and leave nothing behind, reads succeed, and with free
 * space the API recovers by itself.
 */
export async function runDiskFull({ print, interrupted }: ScenarioInput): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-disk-'));
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  const redis = await startRedisServer();
  const disk = await createSmallDisk(dataFolder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    SLUICE_DATA_DIR: dataFolder,
    SLUICE_API_LISTEN: `127.0.0.1:${port}`,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
  };
  const violations: string[] = [];
  const onUnexpectedExit = (reason: string): void => void violations.push(reason);
  const api = new SluiceProcess('api', settings, {
    name: 'api-on-sqlite',
    logFolder: folder,
    onUnexpectedExit,
  });
  const start = (): Promise<void> => api.start().untilReady(() => answers(`${url}/readyz`));
  try {
    await start();
    violations.push(
      ...(await Promise.race([run({ api, start, url, disk, print }), interrupted])),
      ...(await checkLog(api.logPath ?? '')),
    );
  } finally {
    await api.kill();
    await disk.remove();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return violations.map((violation) => `disk full: ${violation}`);
}

async function run(scenario: Scenario): Promise<string[]> {
  const { api, disk, print, url } = scenario;
  const written = new Set<string>();
  const violations: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    const slug = `before-${count}`;
    const { status } = await createTenant(url, slug);
    if (status === 201) written.add(slug);
    else violations.push(`with free space a write got ${status}`);
  }
  await disk.fill(api.pid);
  const refused = await writeIntoFull(scenario, written, violations);
  await disk.free(api.pid);
  const freedAt = performance.now();
  while ((await createTenant(url, 'after')).status !== 201) {
    if (performance.now() - freedAt > worksAgainMs)
      return [...violations, 'it does not recover with free space'];
    await delay(50);
  }
  const worksAfterMs = performance.now() - freedAt;
  written.add('after');
  violations.push(...(await compare(url, written)));
  const { exitCode } = await api.stop();
  if (exitCode !== 0) violations.push(`it exited with ${String(exitCode)} on SIGTERM`);
  await scenario.start();
  violations.push(...(await compare(url, written)));
  print(
    `disk full, ${disk.kind}: ${refused} writes refused with 503, ${written.size} accepted and stored, also after a restart; ` +
      `it recovered ${worksAfterMs.toFixed(0)} ms after space was free`,
  );
  return violations;
}

/**
 * Resolves with the number of refused writes; adds the slugs of writes that still found space to `written`.
 */
async function writeIntoFull({ url }: Scenario, written: Set<string>, violations: string[]): Promise<number> {
  let refused = 0;
  for (let count = 0; refused < refusalsWanted; count += 1) {
    if (count === maxWrites) return tooManyWrites(violations, refused);
    const slug = `full-${count}`;
    const { status, body } = await createTenant(url, slug);
    if (status === 201) written.add(slug);
    else if (status === 503 && body['code'] === 'storage_unavailable') refused += 1;
    else violations.push(`a write got ${status} ${JSON.stringify(body)}`);
  }
  const read = await rest(url, 'GET', '/tenants/before-0');
  if (read.status !== 200) violations.push(`a read got ${read.status} ${JSON.stringify(read.body)}`);
  if (!(await untilReadyzIs(503, url))) violations.push('/readyz still answers 200');
  return refused;
}

// The API checks once a second.
async function untilReadyzIs(status: number, url: string): Promise<boolean> {
  for (let looks = 0; looks < 40; looks += 1) {
    const response = await fetch(`${url}/readyz`);
    await response.text();
    if (response.status === status) return true;
    await delay(250);
  }
  return false;
}

function tooManyWrites(violations: string[], refused: number): number {
  violations.push(`${maxWrites} writes went into a full disk`);
  return refused;
}

/** Checks that exactly the accepted writes are stored, and that each of them is one revision. */
async function compare(url: string, written: ReadonlySet<string>): Promise<string[]> {
  if (!(await untilReadyzIs(200, url))) return ['/readyz does not become 200 again'];
  const found = (await listAll(url, '/tenants')).map(({ slug }) => String(slug));
  const ready = recordOf(await (await fetch(`${url}/readyz`)).json());
  const { committedRevision } = recordOf(ready['publisher']);
  return [
    ...[...written]
      .filter((slug) => !found.includes(slug))
      .map((slug) => `${slug} was accepted but does not exist`),
    ...found.filter((slug) => !written.has(slug)).map((slug) => `${slug} was refused but exists`),
    ...(committedRevision === written.size
      ? []
      : [`revision ${String(committedRevision)} after ${written.size} writes`]),
  ];
}

function createTenant(url: string, slug: string): ReturnType<typeof rest> {
  // Long enough to need a new page from time to time.
  return rest(url, 'POST', '/tenants', { slug, name: slug.padEnd(100, '.') });
}
