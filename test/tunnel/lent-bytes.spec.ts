import { describe, expect, test } from 'vitest';
import { lanesWith, patient, readBytes, tunnelsUnderTest, upstreamFrame } from '../support/joined-tunnel.js';
import { untilSteady } from '../support/until-steady.js';

const noRates = { messagesPerSecond: null, bytesPerSecond: null };

describe.each(tunnelsUnderTest)('bytes that an upstream lends: $name', ({ join }) => {
  test('stay unchanged while their client does not read and other upstreams send', async () => {
    const [slow, other] = [await join(patient), await join(patient)];
    slow.client.pause();
    const sent = upstreamFrame('a'.repeat(32 * 1024 * 1024));
    slow.upstream.write(sent);
    await untilSteady(() => slow.tunnel.fromUpstream().bytes);
    const overwriting = upstreamFrame('b'.repeat(1024 * 1024));
    other.upstream.write(overwriting);
    await readBytes(other.client, overwriting.length);
    const received = await readBytes(slow.client, sent.length, 'latin1');
    expect(received === sent.toString('latin1')).toBe(true);
  });

  test('stay unchanged while a rate holds them back and other upstreams send', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 1000 });
    const [slow, other] = [await join(patient, { lanes }), await join(patient)];
    const sent = upstreamFrame('a'.repeat(5000));
    slow.upstream.write(sent);
    const first = await readBytes(slow.client, 1000, 'latin1');
    const overwriting = upstreamFrame('b'.repeat(60_000));
    other.upstream.write(overwriting);
    await readBytes(other.client, overwriting.length);
    setRates(noRates);
    const rest = await readBytes(slow.client, sent.length - 1000, 'latin1');
    expect(first + rest).toBe(sent.toString('latin1'));
  });
});
