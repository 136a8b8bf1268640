import { describe, expect, it } from 'vitest';
import { closeFramesTo, join, patient } from '../../test/support/joined-tunnel.js';
import { closeFrame } from './own-frames.js';

/** A connection that ends in one of these tests does so by the time limit of a close, or not at all. */
const quickClose = { ...patient, closeTimeoutMs: 50, halfOpenTimeoutMs: 600_000 };

describe('how long a connection stays after the FIN of one side', () => {
  it('a client that was sent 1013 and does not close has the time limit of a close', async () => {
    const { client, upstream, ended } = await join(quickClose);
    upstream.end();
    expect(await closeFramesTo(client)).toEqual([1013, 'upstream lost']);
    client.resume();
    expect(await ended).toEqual({ endedBy: 'upstream', closeCode: 1013, reason: 'upstream lost' });
  });

  it('a client that has sent its close frame has it too', async () => {
    const { client, upstream, ended } = await join(quickClose);
    client.write(closeFrame(1000, '', 'upstream'));
    expect(await closeFramesTo(upstream, true)).toEqual([1000, '']);
    upstream.end();
    client.resume();
    expect(await ended).toEqual({ endedBy: 'client', closeCode: 1000, reason: null });
  });
});
