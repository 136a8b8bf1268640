import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { gatedSource } from '../../test/support/config-bus/gated-source.js';
import {
  changeOf,
  idsOf,
  snapshotOf,
  tenantEntry,
  testFleetId,
} from '../../test/support/config-bus/published-entries.js';
import { RecordingConsumer } from '../../test/support/config-bus/recording-consumer.js';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
import { createInProcessConfigBus } from './in-process/in-process-config-bus.js';
import { SnapshotFile } from './snapshot-file.js';
import { longWait } from '../../test/support/long-wait.js';

let folder: string;
let followers: ConfigFollower[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-follower-'));
});
afterEach(async () => {
  for (const follower of followers) await follower.stop();
  followers = [];
  await rm(folder, { recursive: true, force: true });
});

const acme = tenantEntry('acme');
const other = tenantEntry('other');

function follower(options: Partial<ConfigFollowerOptions> & Pick<ConfigFollowerOptions, 'source'>) {
  const consumer = new RecordingConsumer();
  const { logger, lines } = recordingLogger();
  const snapshotFile = new SnapshotFile({ path: join(folder, 'snapshot'), logger, minIntervalMs: 1 });
  const defaults = { checkIntervalMs: 60_000, firstAnswerMs: 50 };
  const made = new ConfigFollower({ consumer, logger, snapshotFile, ...defaults, ...options });
  followers.push(made);
  return { consumer, follower: made, lines };
}

const reaches = (made: ConfigFollower, revision: number) =>
  vi.waitFor(
    () => expect(made.status).toMatchObject({ state: 'following', appliedPosition: { revision } }),
    longWait,
  );

describe('ConfigFollower', () => {
  test('changes beyond the maximum of pending changes are read from the next snapshot', async () => {
    const { sink, source: inner } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(0, [acme]));
    const gate = gatedSource(inner);
    const held = gate.holdSnapshot();
    const { consumer, follower: made } = follower({ source: gate.source });
    void made.start();
    await held.isRead;
    for (let revision = 1; revision <= 10_050; revision += 1) await sink.publish(changeOf(revision, []));
    await sink.publish(changeOf(10_051, [other]));
    held.release();
    await reaches(made, 10_051);
    expect(consumer.ids).toEqual(idsOf(acme, other));
    expect(consumer.replaced).toBe(2);
  });

  test('a snapshot of the bus takes precedence over the file, even if reading it takes long', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    await first.follower.stop();
    await sink.storeSnapshot(snapshotOf(2, [other]));

    const gate = gatedSource(source);
    const held = gate.holdSnapshot();
    const second = follower({ source: gate.source, firstAnswerMs: 1 });
    const started = second.follower.start();
    await held.isRead;
    expect(second.consumer.replaced).toBe(0);
    held.release();
    await started;
    expect(second.follower.status).toMatchObject({ source: 'bus', appliedPosition: { revision: 2 } });
    expect(second.consumer.ids).toEqual(idsOf(other));
    expect(second.consumer.replaced).toBe(1);
  });

  test('the snapshot file is applied if the bus does not answer in time, and replaced by a later answer', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    await first.follower.stop();
    await sink.storeSnapshot(snapshotOf(2, [other]));

    let answer = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (answer = resolve));
    const silent = {
      ...source,
      subscribe: source.subscribe.bind(source),
      readSnapshot: source.readSnapshot.bind(source),
      readPosition: () => isAsked.then(() => source.readPosition()),
    };
    const second = follower({ source: silent });
    await second.follower.start();
    expect(second.follower.status).toMatchObject({ source: 'file', appliedPosition: { revision: 1 } });
    expect(second.consumer.ids).toEqual(idsOf(acme));
    answer();
    await reaches(second.follower, 2);
    expect(second.consumer.ids).toEqual(idsOf(other));
  });

  test('the snapshot file has a refused entry and its last good version, for the next start', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    const tooNew = { ...acme, value: { ...acme.value, tier: 'gold' } };
    await sink.publish(changeOf(2, [tooNew as typeof acme]));
    await vi.waitFor(() => expect(first.follower.status.state).toBe('refusing'), longWait);
    await first.follower.stop();

    const second = follower({ source: createInProcessConfigBus().source });
    await second.follower.start();
    expect(second.follower.status).toMatchObject({ source: 'file', appliedPosition: { revision: 2 } });
    expect(second.follower.status.refusal).toContain(acme.id);
    expect(second.consumer.ids).toEqual(idsOf(acme));
    const third = follower({ source });
    await third.follower.start();
    expect(third.follower.status).toMatchObject({ state: 'refusing', appliedPosition: { revision: 2 } });
    expect(third.consumer.ids).toEqual(idsOf(acme));
  });

  test('a file that the consumer refuses does not prevent the same snapshot of the bus from being applied', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    await first.follower.stop();

    const empty = createInProcessConfigBus();
    const second = follower({ source: empty.source });
    second.consumer.objection = () => 'not this time';
    await second.follower.start();
    expect(second.follower.status.appliedPosition).toBeNull();
    expect(second.lines.some((line) => line.message.includes('snapshot file'))).toBe(true);
    second.consumer.objection = () => null;
    await empty.sink.storeSnapshot(snapshotOf(1, [acme]));
    await reaches(second.follower, 1);
  });

  test('a configuration with an invalid fleet id is applied', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot({ ...snapshotOf(1, [acme]), fleetId: 'a, 1.1 b' });
    const { consumer, follower: made } = follower({ source });
    await made.start();
    await reaches(made, 1);
    expect(consumer.fleetId).toBeNull();
  });

  test('the snapshot file is updated after changes', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    await reaches(first.follower, 1);
    await sink.publish(changeOf(2, [other]));
    await reaches(first.follower, 2);
    await first.follower.stop();

    const second = follower({ source: createInProcessConfigBus().source });
    await second.follower.start();
    expect(second.follower.status).toMatchObject({ source: 'file', appliedPosition: { revision: 2 } });
    expect(second.consumer.ids).toEqual(idsOf(acme, other));
    expect(second.consumer.fleetId).toBe(testFleetId);
  });

  test('a subscription that is established after stop() is released', async () => {
    const { source: inner } = createInProcessConfigBus();
    const release = vi.fn();
    let subscribed: (() => void) | undefined;
    const source = {
      ...gatedSource(inner).source,
      subscribe: () => new Promise<() => void>((resolve) => (subscribed = () => resolve(release))),
    };
    const { follower: made } = follower({ source });
    await made.start();
    await made.stop();
    subscribed?.();
    await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1), longWait);
  });
});
