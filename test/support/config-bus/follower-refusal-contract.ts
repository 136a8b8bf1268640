import { describe, expect, it, vi } from 'vitest';
import { asStored, idsOf, changeOf, routeEntry, snapshotOf, tenantEntry } from './published-entries.js';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { followingFixture } from './following-fixture.js';
import { gatedSource } from './gated-source.js';
import { patiently } from '../patiently.js';

/** That what is not acceptable is refused as a whole. */
export function describeFollowerRefusal(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  const acme = tenantEntry('acme');
  const other = tenantEntry('other');
  const chat = routeEntry(acme.id, '/chat');

  describe(`${name}: follower, refusal`, () => {
    const fixture = followingFixture(open);

    const badRoute = { ...chat, value: { ...chat.value, upstreams: [{ url: 'http://[', weight: 1 }] } };
    it.each([
      ['that is not JSON', '{"epoch":', /JSON/],
      ['with an unknown field', JSON.stringify({ ...changeOf(2, [acme]), extra: 1 }), /extra/],
      [
        'with one bad entry of two',
        JSON.stringify({ ...changeOf(2, []), entries: [other, badRoute] }),
        /url/,
      ],
      ['whose entry has another id', JSON.stringify(changeOf(2, [{ ...acme, id: other.id }])), /id/],
    ])('refuses a change %s as a whole, and says why', async (_, payload, reason) => {
      const { consumer, follower, lines } = await fixture.followed([acme]);
      await fixture.bus.announce(payload);
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 1 } });
      expect(follower.status.refusal).toMatch(reason);
      expect(lines.filter((line) => line.level === 'error')).toHaveLength(1);
      expect(consumer.ids).toEqual(idsOf(acme));
      await fixture.bus.sink.publish(changeOf(2, [other]));
      await fixture.reaches(follower, 2);
      expect(follower.status.refusal).toBeNull();
    });

    it('refuses a change that the consumer refuses, or fails to take', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      consumer.objection = () => 'there is no such tenant';
      await fixture.bus.sink.publish(changeOf(2, [chat]));
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 1 } });
      expect(follower.status.refusal).toContain('there is no such tenant');
      consumer.objection = () => {
        throw new Error('a bug of the consumer');
      };
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await vi.waitFor(() => expect(follower.status.refusal).toContain('a bug of the consumer'), patiently);
      consumer.objection = () => null;
      await fixture.bus.sink.publish(changeOf(4, []));
      await fixture.reaches(follower, 4);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
    });

    it('refuses a snapshot with one bad entry, does not read it again until another is stored', async () => {
      const gate = gatedSource(fixture.bus.source);
      const { consumer, follower } = await fixture.followed([acme], {
        source: gate.source,
        checkIntervalMs: 20,
      });
      const bad = [...asStored([chat]), JSON.stringify(badRoute)];
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 2 }, bad);
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 1 } });
      expect(follower.status.refusal).toContain(chat.id);
      const before = gate.positionReads;
      await vi.waitFor(() => expect(gate.positionReads).toBeGreaterThan(before + 3), patiently);
      expect(gate.snapshotReads).toBe(2);
      expect(consumer.ids).toEqual(idsOf(acme));
      await fixture.bus.sink.storeSnapshot(snapshotOf(3, [other]));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(other));
    });

    it('refuses a snapshot entry without a value', async () => {
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 1 }, [
        JSON.stringify({ ...acme, value: null }),
      ]);
      const { follower } = await fixture.follow();
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: null });
      expect(follower.status.refusal).toContain(acme.id);
    });
  });
}
