import { describe, expect, test, vi } from 'vitest';
import type { ConfigEntry } from '#libs/contract';
import { asStored, changeOf, routeEntry, snapshotOf, tenantEntry, testFleetId } from './published-entries.js';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { followingFixture } from './following-fixture.js';
import { longWait } from '../long-wait.js';

/** The contract of sink and source alone. */
export function describeConfigEnds(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  const acme = tenantEntry('acme');
  const other = tenantEntry('other');
  const chat = routeEntry(acme.id, '/chat');

  describe(`${name}: sink and source`, () => {
    const fixture = followingFixture(open);

    test('an empty bus has no position and no snapshot', async () => {
      expect(await fixture.bus.sink.readPosition()).toBeNull();
      expect(await fixture.bus.source.readPosition()).toBeNull();
      expect(await fixture.bus.source.readSnapshot()).toBeNull();
    });

    test('a stored snapshot is read back unchanged, also an empty one', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(7, [acme, chat]));
      const stored = await fixture.bus.source.readSnapshot();
      expect(stored).toMatchObject({ epoch: 'epoch-1', revision: 7 });
      expect([...(stored?.entries ?? [])].sort()).toEqual(asStored([acme, chat]).sort());
      await fixture.bus.sink.storeSnapshot(snapshotOf(8, []));
      const empty = await fixture.bus.source.readSnapshot();
      expect(empty?.revision).toBe(8);
      expect([...(empty?.entries ?? ['none'])]).toEqual([]);
    });

    test('the fleet of a stored snapshot is read back, and a stored change keeps it', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      expect((await fixture.bus.source.readSnapshot())?.fleetId).toBe(testFleetId);
      expect(await fixture.bus.sink.publish(changeOf(2, [other]))).toBe('published');
      expect((await fixture.bus.source.readSnapshot())?.fleetId).toBe(testFleetId);
      await fixture.bus.sink.storeSnapshot({ ...snapshotOf(3, [acme]), fleetId: null });
      expect((await fixture.bus.source.readSnapshot())?.fleetId).toBeNull();
    });

    test('a change updates the stored snapshot and its position together', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme, chat]));
      const renamed: ConfigEntry = { ...acme, value: { ...acme.value, status: 'suspended' } as never };
      const gone: ConfigEntry = { ...chat, value: null };
      expect(await fixture.bus.sink.publish(changeOf(2, [renamed, gone, other]))).toBe('published');
      const stored = await fixture.bus.source.readSnapshot();
      expect(stored?.revision).toBe(2);
      expect([...(stored?.entries ?? [])].sort()).toEqual(asStored([renamed, other]).sort());
      expect(await fixture.bus.source.readPosition()).toEqual({ epoch: 'epoch-1', revision: 2 });
    });

    test('consecutive changes are stored together, and each is announced', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme, chat]));
      const heard: string[] = [];
      const listener = { onChange: (text: string) => heard.push(text), onDisturbance: () => undefined };
      const release = await fixture.bus.source.subscribe(listener);
      const changes = [changeOf(2, [other]), changeOf(3, [{ ...chat, value: null }]), changeOf(4, [chat])];
      expect(await fixture.bus.sink.publish(...changes)).toBe('published');
      expect(await fixture.bus.source.readPosition()).toEqual({ epoch: 'epoch-1', revision: 4 });
      expect(heard.map((text) => JSON.parse(text) as unknown)).toEqual(changes);
      const stored = await fixture.bus.source.readSnapshot();
      expect([...(stored?.entries ?? [])].sort()).toEqual(asStored([acme, chat, other]).sort());
      release();
    });

    test('a batch of changes with a gap is rejected as a whole', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      expect(await fixture.bus.sink.publish(changeOf(2, [other]), changeOf(4, [chat]))).toBe('out_of_step');
      const stored = await fixture.bus.source.readSnapshot();
      expect(stored?.revision).toBe(1);
      expect([...(stored?.entries ?? [])]).toEqual(asStored([acme]));
    });

    test.each([
      ['into an empty bus', null, 1, 'epoch-1'],
      ['that skips a revision', 1, 3, 'epoch-1'],
      ['that is already published', 1, 1, 'epoch-1'],
      ['of another epoch', 1, 2, 'epoch-2'],
    ])('a change %s is out of step and changes nothing', async (_, stored, revision, epoch) => {
      if (stored !== null) await fixture.bus.sink.storeSnapshot(snapshotOf(stored, [acme]));
      const before = await fixture.bus.source.readPosition();
      expect(await fixture.bus.sink.publish(changeOf(revision, [other], epoch))).toBe('out_of_step');
      expect(await fixture.bus.source.readPosition()).toEqual(before);
      const snapshot = await fixture.bus.source.readSnapshot();
      expect([...(snapshot?.entries ?? [])]).toEqual(stored === null ? [] : asStored([acme]));
    });

    test('if several publishers publish the same revision, exactly one succeeds', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(0, []));
      for (let revision = 1; revision <= 20; revision += 1) {
        const results = await Promise.all([
          fixture.bus.sink.publish(changeOf(revision, [acme])),
          fixture.bus.otherSink.publish(changeOf(revision, [acme])),
        ]);
        expect(results.sort()).toEqual(['out_of_step', 'published']);
      }
      expect(await fixture.bus.source.readPosition()).toEqual({ epoch: 'epoch-1', revision: 20 });
    });

    test('every listener receives a change once, before its position can be read', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, []));
      const heard: string[][] = [[], []];
      const releases = await Promise.all(
        heard.map((payloads) =>
          fixture.bus.source.subscribe({
            onChange: (text) => payloads.push(text),
            onDisturbance: () => undefined,
          }),
        ),
      );
      const change = changeOf(2, [acme]);
      await fixture.bus.sink.publish(change);
      expect(await fixture.bus.source.readPosition()).toMatchObject({ revision: 2 });
      expect(heard.map((payloads) => payloads.map((text) => JSON.parse(text) as unknown))).toEqual([
        [change],
        [change],
      ]);
      for (const release of releases) release();
    });

    test('a released subscription receives nothing more and leaves nothing behind', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, []));
      const heard: string[] = [];
      const listener = { onChange: (text: string) => heard.push(text), onDisturbance: () => undefined };
      const first = await fixture.bus.source.subscribe(listener);
      const second = await fixture.bus.source.subscribe(listener);
      first();
      first();
      await fixture.bus.sink.publish(changeOf(2, [acme]));
      await fixture.bus.source.readPosition();
      expect(heard).toHaveLength(1);
      second();
      await vi.waitFor(async () => expect(await fixture.bus.subscriptions()).toBe(0), longWait);
    });

    test('an unreachable bus rejects each call and does nothing later', async () => {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, [acme]));
      await fixture.bus.goAway();
      await expect(fixture.bus.sink.publish(changeOf(2, [other]))).rejects.toThrow();
      await expect(fixture.bus.sink.readPosition()).rejects.toThrow();
      await expect(fixture.bus.sink.storeSnapshot(snapshotOf(9, []))).rejects.toThrow();
      await expect(fixture.bus.source.readPosition()).rejects.toThrow();
      await expect(fixture.bus.source.readSnapshot()).rejects.toThrow();
      await fixture.bus.comeBack();
      await vi.waitFor(
        async () => expect(await fixture.bus.sink.readPosition()).toEqual({ epoch: 'epoch-1', revision: 1 }),
        longWait,
      );
    });
  });
}
