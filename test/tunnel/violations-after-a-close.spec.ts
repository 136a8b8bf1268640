import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { closeFramesTo, closeFrom, otherSide, patient, tunnelsUnderTest } from '../support/joined-tunnel.js';

/** Limits that no test reaches: a test that waits for one of them fails. */
const noTimeLimits = { ...patient, closeTimeoutMs: 600_000, halfOpenTimeoutMs: 600_000 };

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  test.each(['client', 'upstream'] as const)(
    'the %s gets a FIN at once if it violates the protocol after the gateway has sent it a close frame',
    async (side) => {
      const peers = await join(noTimeLimits);
      const other = otherSide(side);
      peers.tunnel.close(1008, 'key revoked');
      expect(await closeFramesTo(peers[side], side === 'upstream')).toEqual([1008, 'key revoked']);
      const ended = once(peers[side].resume(), 'end');
      peers[side].write(Buffer.from([0x83, side === 'client' ? 0x80 : 0, 0, 0, 0, 0]));
      await ended;
      peers[side].end();
      peers[other].resume().end(closeFrom(other, 1008));
      expect(await peers.ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'key revoked' });
    },
  );
});
