import { describe, expect, test, vi } from 'vitest';
import { asStored, idsOf, changeOf, routeEntry, snapshotOf, tenantEntry } from './published-entries.js';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { followingFixture } from './following-fixture.js';
import { gatedSource } from './gated-source.js';
import { longWait } from '../long-wait.js';

/** The contract of a follower: it sets aside an entry that it cannot apply, and applies everything else. */
export function describeFollowerRefusal(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  const acme = tenantEntry('acme');
  const other = tenantEntry('other');
  const chat = routeEntry(acme.id, '/chat');

  describe(`${name}: follower, refusal`, () => {
    const fixture = followingFixture(open);

    const badRoute = { ...chat, value: { ...chat.value, upstreams: [{ url: 'http://[', weight: 1 }] } };
    test.each([
      ['that is not JSON', '{"epoch":', /JSON/],
      ['with an unknown field', JSON.stringify({ ...changeOf(2, [acme]), extra: 1 }), /extra/],
    ])('refuses a change %s as a whole, and reports the reason', async (_, payload, reason) => {
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

    test('refuses a change that the consumer refuses or fails to apply', async () => {
      const { consumer, follower } = await fixture.followed([acme], { checkIntervalMs: 50 });
      consumer.objection = () => 'there is no such tenant';
      await fixture.bus.sink.publish(changeOf(2, [chat]));
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 1 } });
      expect(follower.status.refusal).toContain('there is no such tenant');
      consumer.objection = () => {
        throw new Error('a bug of the consumer');
      };
      await fixture.bus.sink.publish(changeOf(3, [other]));
      await vi.waitFor(() => expect(follower.status.refusal).toContain('a bug of the consumer'), longWait);
      consumer.objection = () => null;
      await fixture.bus.sink.publish(changeOf(4, []));
      await fixture.reaches(follower, 4);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
    });

    test.each([
      ['that is not valid', badRoute, /url/],
      ['whose value has another id', { ...chat, value: { ...chat.value, id: acme.id } }, /id/],
      ['of an unknown kind', { kind: 'certificate', id: 'crt_1', value: {} }, /crt_1.*kind/],
    ])('sets an entry aside %s, and applies everything else of its change', async (_, bad, reason) => {
      const { consumer, follower, lines } = await fixture.followed([acme, chat]);
      const revocation = { ...chat, value: null };
      const change = { ...changeOf(2, []), entries: [other, bad] };
      await fixture.bus.announce(JSON.stringify(change));
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 2 } });
      expect(follower.status.refusal).toMatch(reason);
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
      expect(lines.filter((line) => line.level === 'error')).toHaveLength(1);
      await fixture.bus.announce(JSON.stringify(changeOf(3, [revocation])));
      await fixture.becomes(follower, { appliedPosition: { revision: 3 } });
      expect(consumer.ids).toEqual(idsOf(acme, other));
    });

    test('reports an entry until a version arrives that can be applied', async () => {
      const { consumer, follower } = await fixture.followed([acme, chat]);
      await fixture.bus.announce(JSON.stringify({ ...changeOf(2, []), entries: [badRoute] }));
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 2 } });
      await fixture.bus.announce(JSON.stringify(changeOf(3, [other])));
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 3 } });
      expect(follower.status.refusal).toContain(chat.id);
      await fixture.bus.announce(JSON.stringify(changeOf(4, [chat])));
      await fixture.reaches(follower, 4);
      expect(follower.status.refusal).toBeNull();
      expect(consumer.ids).toEqual(idsOf(acme, chat, other));
    });

    test('sets an entry of a snapshot aside, keeps its last good version, and does not read the snapshot again', async () => {
      const gate = gatedSource(fixture.bus.source);
      const { consumer, follower } = await fixture.followed([acme, chat], {
        source: gate.source,
        checkIntervalMs: 20,
      });
      const bad = [...asStored([other]), JSON.stringify(badRoute), 'not JSON'];
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 2 }, bad);
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 2 } });
      expect(follower.status.refusal).toContain('1 more');
      const before = gate.positionReads;
      await vi.waitFor(() => expect(gate.positionReads).toBeGreaterThan(before + 3), longWait);
      expect(gate.snapshotReads).toBe(2);
      expect(consumer.ids).toEqual(idsOf(chat, other));
      await fixture.bus.sink.storeSnapshot(snapshotOf(3, [other]));
      await fixture.reaches(follower, 3);
      expect(consumer.ids).toEqual(idsOf(other));
    });

    test('sets a snapshot entry without a value aside', async () => {
      await fixture.bus.storeSilently({ epoch: 'epoch-1', revision: 1 }, [
        JSON.stringify({ ...acme, value: null }),
      ]);
      const { follower } = await fixture.follow();
      await fixture.becomes(follower, { state: 'refusing', appliedPosition: { revision: 1 } });
      expect(follower.status.refusal).toContain(acme.id);
    });
  });
}
