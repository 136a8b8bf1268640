import { describe, expect, it } from 'vitest';
import {
  clientFrame,
  closeFramesTo,
  join,
  patient,
  readBytes,
  upstreamFrame,
} from '../../test/support/joined-tunnel.js';

describe('holds peers to RFC 6455', () => {
  const forbidden: [name: string, bytes: number[]][] = [
    ['an unmasked frame', [0x81, 0x01, 65]],
    ['a reserved bit without an extension', [0xc1, 0x80, 0, 0, 0, 0]],
    ['an unknown opcode', [0x83, 0x80, 0, 0, 0, 0]],
    ['an unknown control opcode', [0x8b, 0x80, 0, 0, 0, 0]],
    ['a fragmented control frame', [0x09, 0x80, 0, 0, 0, 0]],
    ['a control frame over 125 bytes', [0x89, 0xfe, 0, 126, 0, 0, 0, 0]],
    ['a control frame whose length is not in its shortest form', [0x8a, 0xfe, 0, 2, 0, 0, 0, 0]],
    ['a continuation of nothing', [0x80, 0x80, 0, 0, 0, 0]],
    ['a length of 2⁶³', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ];

  it.each(forbidden)('%s of a client is 1002 to both, and does not go upstream', async (_name, bytes) => {
    const { client, upstream, ended } = await join(patient);
    const before = clientFrame('fine');
    client.write(Buffer.concat([before, Buffer.from(bytes)]));
    expect(await readBytes(upstream, before.length, 'hex')).toBe(before.toString('hex'));
    expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    expect(await closeFramesTo(upstream, true)).toEqual([1002, 'protocol error']);
    client.end();
    upstream.end();
    expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1002, reason: 'protocol error' });
  });

  it('a masked frame of an upstream is 1002', async () => {
    const { client, upstream } = await join(patient);
    upstream.write(clientFrame('masked'));
    expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
  });

  it('a new message in the middle of another is 1002', async () => {
    const { client } = await join(patient);
    client.write(Buffer.from([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0]));
    expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
  });

  it('control frames between fragments, and reserved bits of an extension, are fine', async () => {
    const { client, upstream, tunnel } = await join(patient, { hasExtensions: true });
    const mask = [0, 0, 0, 0];
    const bytes = Buffer.from([0x41, 0x80, ...mask, 0x89, 0x80, ...mask, 0x80, 0x80, ...mask]);
    client.write(bytes);
    expect(await readBytes(upstream, bytes.length, 'hex')).toBe(bytes.toString('hex'));
    expect(tunnel.fromClient().messages).toBe(1);
  });

  it('a forbidden frame whose header was cut gives the sender 1002 and leaves the receiver without a close', async () => {
    const { client, upstream, ended } = await join({ ...patient, closeTimeoutMs: 50 });
    client.write(Buffer.from([0x89]));
    expect(await readBytes(upstream, 1, 'hex')).toBe('89');
    client.write(Buffer.from([0xfe]));
    client.write(Buffer.from([0, 126, 0, 0, 0, 0]));
    expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    upstream.resume();
    expect(await ended).toMatchObject({ endedBy: 'gateway', closeCode: 1002 });
  });
});

describe('holds messages to their limit', () => {
  it('one over the limit is 1009 to both, and nothing of it goes upstream', async () => {
    const { client, upstream } = await join(patient, { messageLimits: { maxMessageBytes: 10 } });
    const fits = clientFrame('0123456789');
    client.write(Buffer.concat([fits, clientFrame('0123456789a')]));
    expect(await readBytes(upstream, fits.length, 'hex')).toBe(fits.toString('hex'));
    expect(await closeFramesTo(upstream, true)).toEqual([1009, 'message too big']);
    expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
  });

  it('fragments count together, and control frames do not', async () => {
    const { client, tunnel } = await join(patient, { messageLimits: { maxMessageBytes: 10 } });
    const fragment = (first: number): Buffer =>
      Buffer.concat([Buffer.from([first, 0x86, 0, 0, 0, 0]), Buffer.alloc(6)]);
    const ping = Buffer.concat([Buffer.from([0x89, 0xa0, 0, 0, 0, 0]), Buffer.alloc(32)]);
    client.write(Buffer.concat([fragment(0x82), ping, fragment(0x02), ping, fragment(0x80)]));
    expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
    expect(tunnel.fromClient().messages).toBe(1);
  });

  it('what an upstream sends is held to it too', async () => {
    const { client, upstream } = await join(patient, { messageLimits: { maxMessageBytes: 10 } });
    upstream.write(upstreamFrame('0123456789a'));
    expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
  });

  it('a limit that is set later holds from the next frame on', async () => {
    const { client, upstream, tunnel } = await join(patient);
    const long = clientFrame('longer than ten');
    client.write(long);
    await readBytes(upstream, long.length);
    tunnel.setMessageLimits({ maxMessageBytes: 10 });
    client.write(long);
    expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
  });
});
