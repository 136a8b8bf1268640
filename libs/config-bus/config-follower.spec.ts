import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { gatedSource } from '../../test/support/config-bus/gated-source.js';
import { changeOf, idsOf, snapshotOf, tenantEntry } from '../../test/support/config-bus/published-entries.js';
import { RecordingConsumer } from '../../test/support/config-bus/recording-consumer.js';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
import { createInProcessConfigBus } from './in-process/in-process-config-bus.js';
import { SnapshotFile } from './snapshot-file.js';
import { patiently } from '../../test/support/patiently.js';

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
  const made = new ConfigFollower({ consumer, logger, snapshotFile, checkIntervalMs: 60_000, ...options });
  followers.push(made);
  return { consumer, follower: made, lines };
}

const reaches = (made: ConfigFollower, revision: number) =>
  vi.waitFor(
    () => expect(made.status).toMatchObject({ state: 'following', appliedPosition: { revision } }),
    patiently,
  );

describe('ConfigFollower', () => {
  it('more changes than it holds back while it reads are taken from the next snapshot', async () => {
    const { sink, source: inner } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(0, [acme]));
    const gate = gatedSource(inner);
    const held = gate.holdSnapshot();
    const { consumer, follower: made } = follower({ source: gate.source });
    await made.start();
    await held.isRead;
    for (let revision = 1; revision <= 10_050; revision += 1) await sink.publish(changeOf(revision, []));
    await sink.publish(changeOf(10_051, [other]));
    held.release();
    await reaches(made, 10_051);
    expect(consumer.ids).toEqual(idsOf(acme, other));
    expect(consumer.replaced).toBe(2);
  });

  it('a file that the consumer refuses does not stand in the way of the same snapshot on the bus', async () => {
    const { sink, source } = createInProcessConfigBus();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const first = follower({ source });
    await first.follower.start();
    await reaches(first.follower, 1);
    await first.follower.stop();

    const second = follower({ source });
    second.consumer.objection = () => {
      second.consumer.objection = () => null;
      return 'not this time';
    };
    await second.follower.start();
    expect(second.follower.status.appliedPosition).toBeNull();
    await reaches(second.follower, 1);
    expect(second.lines.some((line) => line.message.includes('snapshot file'))).toBe(true);
  });

  it('the file follows the changes', async () => {
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
  });

  it('a subscription that comes after stop is released', async () => {
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
    await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1), patiently);
  });
});
