import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { SnapshotFile } from '#libs/config-bus';
import { idsOf, changeOf, routeEntry, snapshotOf, tenantEntry } from './published-entries.js';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { recordingLogger } from './recording-logger.js';
import { followingFixture } from './following-fixture.js';
import { longWait } from '../long-wait.js';

/**
 * The contract of a follower during outages: a bus that is down or has lost its data changes nothing in a
 * gateway.
 */
export function describeFollowerOutage(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  const acme = tenantEntry('acme');
  const other = tenantEntry('other');
  const chat = routeEntry(acme.id, '/chat');

  describe(`${name}: follower, outage`, () => {
    const fixture = followingFixture(open);

    test('keeps the last good state when the bus loses its data, and follows again from the next snapshot', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      await fixture.bus.flush();
      await fixture.becomes(follower, { state: 'waiting', appliedPosition: { revision: 1 } });
      expect(consumer.ids).toEqual(idsOf(acme));
      expect(await fixture.bus.sink.publish(changeOf(2, [chat]))).toBe('out_of_step');
      await fixture.bus.sink.storeSnapshot(snapshotOf(2, [acme, chat]));
      await fixture.reaches(follower, 2);
      expect(consumer.ids).toEqual(idsOf(acme, chat));
    });

    test('survives a restart of the bus that loses its data', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      await fixture.bus.restartEmpty();
      await vi.waitFor(() => fixture.bus.sink.storeSnapshot(snapshotOf(2, [chat])), longWait);
      await fixture.reaches(follower, 2);
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(chat, other));
    });

    test('is detached while the bus is down, keeps its state, and catches up when the bus is back', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      await fixture.bus.goAway();
      await fixture.becomes(follower, { state: 'detached', appliedPosition: { revision: 1 } });
      expect(consumer.ids).toEqual(idsOf(acme));
      await fixture.bus.comeBack();
      await fixture.reaches(follower, 1);
      expect(consumer.replaced).toBe(1);
      await vi.waitFor(async () => {
        await fixture.bus.sink.storeSnapshot(snapshotOf(2, [chat]));
      }, longWait);
      await fixture.reaches(follower, 2);
    });

    test('starts while the bus is down, and follows when the bus is back', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      await fixture.bus.goAway();
      const { follower } = await fixture.follow({ checkIntervalMs: 50 });
      await fixture.becomes(follower, { state: 'detached', appliedPosition: null });
      await fixture.bus.comeBack();
      await fixture.reaches(follower, 1);
    });

    test('serves the configuration of the snapshot file while the bus is down, and reads no snapshot if the bus has the same', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sluice-outage-'));
      const keeper = (): SnapshotFile =>
        new SnapshotFile({ path: join(folder, 'snapshot'), logger: recordingLogger().logger });
      const first = await fixture.followed([acme, chat], { snapshotFile: keeper() });
      await first.follower.stop();
      await fixture.bus.goAway();
      const second = await fixture.follow({ snapshotFile: keeper(), checkIntervalMs: 50 });
      await fixture.becomes(second.follower, {
        state: 'detached',
        source: 'file',
        appliedPosition: { revision: 1 },
      });
      expect(second.consumer.ids).toEqual(idsOf(acme, chat));
      await fixture.bus.comeBack();
      await fixture.reaches(second.follower, 1);
      expect(second.follower.status.source).toBe('bus');
      expect(second.consumer.replaced).toBe(1);
      await second.follower.stop();
      await rm(folder, { recursive: true });
    });
  });
}
