import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId, type UsageRow } from '#libs/contract';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { ReportSpool } from './index.js';

let folder: string;
let gatewayId: string;
let lines: ReturnType<typeof recordingLogger>['lines'];
let logger: ReturnType<typeof recordingLogger>['logger'];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sluice-spool-')), 'usage');
  gatewayId = newId('gateway');
  ({ logger, lines } = recordingLogger());
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const spool = (overrides: { gatewayId?: string; maxBytes?: number; adoptAfterMs?: number } = {}) =>
  new ReportSpool({ folder, gatewayId, maxBytes: 1_000_000, adoptAfterMs: 0, logger, ...overrides });

const row = (connections = 1): UsageRow => ({
  tenantId: newId('tenant'),
  routeId: newId('route'),
  apiKeyId: null,
  connections,
  connectionMs: 30_000,
  messagesFromClients: 1,
  bytesFromClients: 2,
  messagesFromUpstreams: 3,
  bytesFromUpstreams: 4,
});

test('reports are returned oldest first until they are acknowledged, and then their files are deleted', async () => {
  const own = spool();
  const rows = [row(), row(), row()];
  for (const each of rows) expect(await own.add([each], 30_000)).toEqual([each]);
  const reports = await own.oldest(2);
  expect(reports.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(reports[0]).toMatchObject({ gatewayId, periodMs: 30_000, rows: rows.slice(0, 1) });
  await own.acknowledge([{ gatewayId, sequence: 2 }]);
  expect((await own.oldest(10)).map(({ sequence }) => sequence)).toEqual([3]);
  await own.acknowledge([{ gatewayId, sequence: 3 }]);
  expect([own.size, own.bytes, await readdir(folder)]).toEqual([0, 0, []]);
});

test('a measurement of many rows becomes several reports', async () => {
  const own = spool();
  await own.add(
    Array.from({ length: 1500 }, () => row()),
    1,
  );
  const reports = await own.oldest(5000);
  expect(reports.map(({ rows }) => rows.length)).toEqual([1000, 500]);
});

test('a successor with the same folder returns and deletes the reports of its predecessor, under their id', async () => {
  await spool().add([row()], 30_000);
  const successor = spool({ gatewayId: newId('gateway') });
  await successor.adopt();
  const reports = await successor.oldest(10);
  expect(reports).toMatchObject([{ gatewayId, sequence: 1 }]);
  await successor.acknowledge([{ gatewayId, sequence: 1 }]);
  await successor.adopt();
  expect([successor.size, await readdir(folder)]).toEqual([0, []]);
});

test('the age of a report does not depend on the clock of the machine', async () => {
  const own = spool();
  await own.add([row()], 1);
  const hourMs = 3_600_000;
  const file = join(folder, `${gatewayId}.1.json`);
  const report = JSON.parse(await readFile(file, 'utf8')) as object;
  const endedAt = new Date(Date.now() + hourMs - 5000).toISOString();
  await writeFile(file, JSON.stringify({ ...report, endedAt }));
  const successor = spool({ gatewayId: newId('gateway') });
  await successor.adopt();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + hourMs);
  const ages = [await own.oldest(1), await successor.oldest(1)].map(([report]) => report?.ageMs ?? 0);
  clock.mockRestore();
  const [ownAgeMs = 0, adoptedAgeMs = 0] = ages;
  expect(ownAgeMs).toBeLessThan(hourMs / 2);
  expect(adoptedAgeMs).toBeGreaterThanOrEqual(5000);
  expect(adoptedAgeMs).toBeLessThan(hourMs / 2);
});

test('a worker does not return the recent reports of another one', async () => {
  await spool().add([row()], 30_000);
  const other = spool({ gatewayId: newId('gateway'), adoptAfterMs: 120_000 });
  await other.adopt();
  expect(other.size).toBe(0);
});

test('a report that was cut off is set aside and logged, and the others are returned', async () => {
  const own = spool();
  await own.add([row()], 1);
  await own.add([row()], 1);
  await truncate(join(folder, `${gatewayId}.1.json`), 40);
  expect((await own.oldest(10)).map(({ sequence }) => sequence)).toEqual([2]);
  expect(lines.map(({ message }) => message)).toEqual(['a usage report cannot be read and is set aside']);
  expect((await readdir(folder)).sort()).toEqual([`${gatewayId}.1.json.unreadable`, `${gatewayId}.2.json`]);
  expect(own.size).toBe(1);
});

test('other files in the folder are left alone', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const own = spool();
  await own.adopt();
  expect([own.size, await readFile(join(folder, 'notes.txt'), 'utf8')]).toEqual([0, 'mine']);
});

test('a full spool keeps what it has, and takes rows again once reports are acknowledged', async () => {
  const own = spool({ maxBytes: 500 });
  const [first, second] = [row(), row()];
  expect(await own.add([first], 1)).toEqual([first]);
  expect(await own.add([second], 1)).toEqual([]);
  expect(await own.add([second], 1)).toEqual([]);
  expect([own.isFailing, own.size]).toEqual([true, 1]);
  await own.acknowledge([{ gatewayId, sequence: 1 }]);
  expect(await own.add([second], 1)).toEqual([second]);
  expect(own.isFailing).toBe(false);
  expect(await own.oldest(10)).toMatchObject([{ sequence: 2 }]);
  expect(lines.map(({ message }) => message)).toEqual([
    'usage reports cannot be written; the usage is kept in memory',
    'usage reports can be written again',
  ]);
});

test('a folder that cannot be written is logged once, and loses no rows', async () => {
  await mkdir(join(folder, '..'), { recursive: true });
  await writeFile(folder, 'a file where the folder should be');
  const own = spool();
  await own.adopt();
  for (let time = 0; time < 3; time += 1) expect(await own.add([row()], 1)).toEqual([]);
  expect(lines).toHaveLength(1);
  await rm(folder);
  expect(await own.add([row()], 1)).toHaveLength(1);
  expect(await own.oldest(10)).toMatchObject([{ sequence: 1 }]);
});
