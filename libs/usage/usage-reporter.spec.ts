import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectionRegistry } from '#libs/connections';
import { newId, type UsageRow } from '#libs/contract';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { liveConnection } from '../../test/support/live-connection.js';
import { longWait } from '../../test/support/long-wait.js';
import { type SpooledReport, ReportSpool, UsageMeter, UsageReporter } from './index.js';

let folder: string;
let gatewayId: string;
let meter: UsageMeter;
let registry: ConnectionRegistry;
let left: SpooledReport[];
let reported: UsageRow[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-reporter-'));
  left = [];
  reported = [];
  gatewayId = newId('gateway');
  registry = new ConnectionRegistry();
  meter = new UsageMeter({ connections: registry, now: () => performance.now() });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function reporter(id = gatewayId, { periodMs = 60_000, hasQuota = (): boolean => true } = {}): UsageReporter {
  const { logger } = recordingLogger();
  const spool = new ReportSpool({ folder, gatewayId: id, maxBytes: 1e6, adoptAfterMs: 0, logger });
  const leave = (reports: SpooledReport[]): Promise<void> => {
    left.push(...reports);
    return Promise.resolve();
  };
  const onReported = (rows: readonly UsageRow[]): void => void reported.push(...rows);
  return new UsageReporter({ meter, spool, hasQuota, onReported, leave, periodMs });
}

function openOne(): void {
  const connection = liveConnection();
  registry.add(connection);
  meter.opened(connection);
}

test('usage is closed into a report after each period, and returned until it is acknowledged', async () => {
  const usage = reporter(gatewayId, { periodMs: 5 });
  await usage.start();
  openOne();
  const answer = await vi.waitFor(async () => {
    const found = await usage.answer([], false);
    expect(found.reports).not.toEqual([]);
    return found;
  }, longWait);
  await usage.stop();
  expect(answer.reports[0]).toMatchObject({ gatewayId, sequence: 1, rows: [{ connections: 1 }] });
  expect(answer.open).toBeNull();
  const all = await usage.answer([], false);
  expect(all.reports.length).toBeGreaterThanOrEqual(answer.reports.length);
  const last = all.reports.at(-1)?.sequence ?? 0;
  expect((await usage.answer([{ gatewayId, sequence: last }], false)).reports).toEqual([]);
});

test('the usage at a stop is in a last report, which is left behind, and which a successor returns', async () => {
  const usage = reporter();
  await usage.start();
  openOne();
  await usage.stop();
  expect(left).toMatchObject([{ gatewayId, sequence: 1, rows: [{ connections: 1 }] }]);
  expect(reported).toMatchObject([{ connections: 1 }]);
  const successor = reporter(newId('gateway'));
  await successor.start();
  const { reports } = await successor.answer([], false);
  await successor.stop();
  expect(reports).toMatchObject([{ gatewayId, sequence: 1, rows: [{ connections: 1 }] }]);
});

test('usage is returned as open until it is in a report', async () => {
  const usage = reporter();
  openOne();
  const { reports, open } = await usage.answer([], true);
  expect(reports).toEqual([]);
  expect(open).toMatchObject([{ connections: 1 }]);
  await usage.stop();
  const later = await usage.answer([], true);
  expect(later.reports).toMatchObject([{ sequence: 1, rows: [{ connections: 1 }] }]);
  expect(later.open).not.toContainEqual(expect.objectContaining({ connections: 1 }));
});

test('usage without a quota is only in reports', async () => {
  const usage = reporter(gatewayId, { hasQuota: () => false });
  openOne();
  expect((await usage.answer([], true)).open).toEqual([]);
});
