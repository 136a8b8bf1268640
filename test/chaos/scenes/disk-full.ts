import type { PerformanceInput } from '../performance.js';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { startRedisServer } from '../../support/redis-server.js';
import { Actor } from '../cast/actor.js';
import { adminToken, builtFile } from '../cast/cast.js';
import { judgeLog } from '../referee/log-referee.js';
import { listAll, recordOf, rest } from '../writes/rest.js';
import { makeSmallDisk, type SmallDisk } from './small-disk.js';

interface Scene {
  api: Actor;
  url: string;
  disk: SmallDisk;
  print: (line: string) => void;
}

const refusalsWanted = 20;
// What is left in pages that the database has already takes some writes more.
const mostWrites = 3000;
const worksAgainMs = 15_000;

type SceneInput = Pick<PerformanceInput, 'print' | 'interrupted'>;

/**
 * The disk of an API on SQLite is full: writes are answered 503 and leave nothing, reads go on, and with room it works again by
 * itself.
 */
export async function playDiskFull({ print, interrupted }: SceneInput): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-disk-'));
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  const redis = await startRedisServer();
  const disk = await makeSmallDisk(dataFolder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logPath = join(folder, 'api-on-sqlite.log');
  const environment = {
    SLUICE_DATA_DIR: dataFolder,
    SLUICE_API_LISTEN: `127.0.0.1:${port}`,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
  };
  const violations: string[] = [];
  const file = builtFile('apps/api/main.js');
  const program = { name: 'api-on-sqlite', file, environment, logPath, readyUrl: `${url}/readyz` };
  const api = new Actor({ ...program, onLoss: (how) => violations.push(how) });
  try {
    await api.start();
    violations.push(
      ...(await Promise.race([play({ api, url, disk, print }), interrupted])),
      ...(await judgeLog(logPath)),
    );
  } finally {
    await api.kill();
    await disk.remove();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return violations.map((violation) => `disk full: ${violation}`);
}

async function play(scene: Scene): Promise<string[]> {
  const { api, disk, print, url } = scene;
  const written = new Set<string>();
  const violations: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    const slug = `before-${count}`;
    const { status } = await makeTenant(url, slug);
    if (status === 201) written.add(slug);
    else violations.push(`with room a write was answered ${status}`);
  }
  await disk.fill(api.pid ?? 0);
  const refused = await writeIntoFull(scene, written, violations);
  await disk.makeRoom(api.pid ?? 0);
  const roomSince = performance.now();
  while ((await makeTenant(url, 'after')).status !== 201) {
    if (performance.now() - roomSince > worksAgainMs)
      return [...violations, 'with room again it does not work again'];
    await delay(50);
  }
  const worksAfterMs = performance.now() - roomSince;
  written.add('after');
  violations.push(...(await compare(url, written)));
  const exitCode = await api.terminate();
  if (exitCode !== 0) violations.push(`it exited with ${String(exitCode)} on SIGTERM`);
  await api.start();
  violations.push(...(await compare(url, written)));
  print(
    `disk full, ${disk.kind}: ${refused} writes refused with 503, ${written.size} accepted and there, also after a restart; ` +
      `it worked again ${worksAfterMs.toFixed(0)} ms after there was room`,
  );
  return violations;
}

/** With how many writes were refused; those that found room all the same are written. */
async function writeIntoFull({ url }: Scene, written: Set<string>, violations: string[]): Promise<number> {
  let refused = 0;
  for (let count = 0; refused < refusalsWanted; count += 1) {
    if (count === mostWrites) return mostWritesTaken(violations, refused);
    const slug = `full-${count}`;
    const { status, body } = await makeTenant(url, slug);
    if (status === 201) written.add(slug);
    else if (status === 503 && body['code'] === 'storage_unavailable') refused += 1;
    else violations.push(`a write was answered ${status} ${JSON.stringify(body)}`);
  }
  const read = await rest(url, 'GET', '/tenants/before-0');
  if (read.status !== 200) violations.push(`a read was answered ${read.status} ${JSON.stringify(read.body)}`);
  if (!(await untilReadyzIs(503, url))) violations.push('/readyz stayed 200');
  return refused;
}

// It looks once a second.
async function untilReadyzIs(status: number, url: string): Promise<boolean> {
  for (let looks = 0; looks < 40; looks += 1) {
    const response = await fetch(`${url}/readyz`);
    await response.text();
    if (response.status === status) return true;
    await delay(250);
  }
  return false;
}

function mostWritesTaken(violations: string[], refused: number): number {
  violations.push(`${mostWrites} writes went into a full disk`);
  return refused;
}

/** What was accepted is there, and nothing else; and each accepted write was one revision. */
async function compare(url: string, written: ReadonlySet<string>): Promise<string[]> {
  if (!(await untilReadyzIs(200, url))) return ['/readyz does not become 200 again'];
  const found = (await listAll(url, '/tenants')).map(({ slug }) => String(slug));
  const ready = recordOf(await (await fetch(`${url}/readyz`)).json());
  const { committedRevision } = recordOf(ready['publisher']);
  return [
    ...[...written]
      .filter((slug) => !found.includes(slug))
      .map((slug) => `${slug} was accepted and is not there`),
    ...found.filter((slug) => !written.has(slug)).map((slug) => `${slug} was refused and is there`),
    ...(committedRevision === written.size
      ? []
      : [`revision ${String(committedRevision)} after ${written.size} writes`]),
  ];
}

function makeTenant(url: string, slug: string): ReturnType<typeof rest> {
  // Long enough that it needs a page of its own now and then.
  return rest(url, 'POST', '/tenants', { slug, name: slug.padEnd(100, '.') });
}
