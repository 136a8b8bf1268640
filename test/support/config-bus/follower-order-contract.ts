import { describe, expect, test, vi } from 'vitest';
import {
  asStored,
  changeOf,
  idsOf,
  routeEntry,
  snapshotOf,
  tenantEntry,
  testFleetId,
} from './published-entries.js';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { followingFixture } from './following-fixture.js';
import { gatedSource } from './gated-source.js';
import { longWait } from '../long-wait.js';

/** The contract of a follower: it applies changes in order, each once, for any announcements. */
export function describeFollowerOrder(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  const acme = tenantEntry('acme');
  const other = tenantEntry('other');
  const chat = routeEntry(acme.id, '/chat');

  describe(`${name}: follower, order`, () => {
    const fixture = followingFixture(open);

    test('applies the snapshot, then each change in order', async () => {
      const { consumer, follower } = await fixture.followed([acme]);
      await fixture.bus.sink.publish(changeOf(2, [chat]));
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
      expect(consumer.replaced).toBe(1);
      expect(consumer.applied).toEqual([2, 3]);
      expect(consumer.fleetId).toBe(testFleetId);
    });

    test('waits while the bus is empty and applies the first snapshot as soon as it is stored', async () => {
      const { follower } = await fixture.follow();
      await fixture.becomes(follower, { state: 'waiting', appliedPosition: null });
      await vi.waitFor(async () => expect(await fixture.bus.subscriptions()).toBe(1), longWait);
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      await fixture.reaches(follower, 1);
    });

    test('ignores an old change', async () => {
      const { consumer, follower } = await fixture.followed([acme]);
      await fixture.bus.sink.publish(changeOf(2, [chat]));
      await fixture.bus.announce(JSON.stringify(changeOf(1, [other])));
      await fixture.bus.announce(JSON.stringify(changeOf(2, [other])));
      await fixture.bus.sink.publish(changeOf(3, []));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(acme, chat));
      expect(consumer.applied).toEqual([2, 3]);
    });

    test('detects a gap by the next change and reads the snapshot again', async () => {
      const { consumer, follower } = await fixture.followed([acme]);
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 2 }, asStored([acme, chat]));
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
      expect(consumer.replaced).toBe(2);
    });

    test('detects a lost message by the periodic check', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 2 }, asStored([chat]));
      await fixture.reaches(follower, 2);
      expect(consumer.ids).toEqual(idsOf(chat));
    });

    test('a periodic check without a new revision reads no snapshot', async () => {
      const gate = gatedSource(fixture.bus.source);
      await fixture.followed([acme], { source: gate.source, checkIntervalMs: 20 });
      const before = gate.positionReads;
      await vi.waitFor(() => expect(gate.positionReads).toBeGreaterThan(before + 3), longWait);
      expect(gate.snapshotReads).toBe(1);
    });

    test('applies the snapshot of another epoch, even with a lower revision', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(9, [acme]));
      const { consumer, follower } = await fixture.follow();
      await fixture.reaches(follower, 9);
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [other], 'epoch-2'));
      await fixture.reaches(follower, 1, 'epoch-2');
      await fixture.bus.announce(JSON.stringify(changeOf(10, [chat])));
      await fixture.bus.sink.publish(changeOf(2, [chat], 'epoch-2'));
      await fixture.reaches(follower, 2, 'epoch-2');
      expect(consumer.ids).toEqual(idsOf(other, chat));
    });

    test('keeps its state when the bus returns to an older revision of the same epoch', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(9, [acme]));
      const gate = gatedSource(fixture.bus.source);
      const { consumer, follower } = await fixture.follow({ source: gate.source, checkIntervalMs: 20 });
      await fixture.reaches(follower, 9);
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 4 }, asStored([other]));
      const before = gate.positionReads;
      await vi.waitFor(() => expect(gate.positionReads).toBeGreaterThan(before + 3), longWait);
      expect(follower.status.appliedPosition?.revision).toBe(9);
      expect(consumer.ids).toEqual(idsOf(acme));
      expect(gate.snapshotReads).toBe(1);
    });

    test('applies changes that arrive while it reads the snapshot', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      const gate = gatedSource(fixture.bus.source);
      const held = gate.holdSnapshot();
      const { consumer, follower } = fixture.begin({ source: gate.source });
      void follower.start();
      await held.isRead;
      await fixture.bus.sink.publish(changeOf(2, [chat]));
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await fixture.bus.source.readPosition();
      held.release();
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
      expect(consumer.replaced).toBe(1);
      expect(consumer.applied).toEqual([2, 3]);
    });

    test('reads one snapshot at a time, however many events require one', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      const gate = gatedSource(fixture.bus.source);
      const held = gate.holdSnapshot();
      const { follower } = fixture.begin({ source: gate.source });
      void follower.start();
      await held.isRead;
      for (let revision = 2; revision <= 6; revision += 1) {
        await fixture.bus.sink.storeSnapshot(snapshotOf(revision, [acme]));
      }
      expect(gate.snapshotReads).toBe(1);
      held.release();
      await fixture.reaches(follower, 6);
      expect(gate.snapshotReads).toBe(2);
    });

    test('applies a change of 1,500 entries', async () => {
      const { consumer, follower } = await fixture.followed([acme]);
      const routes = Array.from({ length: 1500 }, (_, index) => routeEntry(acme.id, `/big/${String(index)}`));
      expect(await fixture.bus.sink.publish(changeOf(2, routes))).toBe('published');
      await fixture.reaches(follower, 2);
      expect(consumer.ids).toHaveLength(1501);
      const stored = await fixture.bus.source.readSnapshot();
      expect([...(stored?.entries ?? [])]).toHaveLength(1501);
    });

    test('applies nothing after stop and leaves no subscription', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 20 });
      await follower.stop();
      await follower.stop();
      await fixture.bus.sink.publish(changeOf(2, [other]));
      await fixture.bus.source.readPosition();
      expect(consumer.ids).toEqual(idsOf(acme));
      await vi.waitFor(async () => expect(await fixture.bus.subscriptions()).toBe(0), longWait);
    });

    test('a status listener that throws does not affect the follower', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      const { follower, lines } = await fixture.follow({
        onStatus: () => {
          throw new Error('a bug of the listener');
        },
      });
      await fixture.reaches(follower, 1);
      expect(lines.some((line) => line.level === 'error')).toBe(true);
    });
  });
}
