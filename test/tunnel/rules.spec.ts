import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { longWait } from '../support/long-wait.js';
import {
  clientFrame,
  closeFramesTo,
  countersOf,
  patient,
  readBytes,
  upstreamFrame,
  tunnelsUnderTest,
} from '../support/joined-tunnel.js';
import { closeFrame } from '../../libs/tunnel/own-frames.js';

const mask = [0, 0, 0, 0];
const sides = ['client', 'upstream'] as const;
/** A violating side gets its close frame when the other side has closed too, or after this time. */
const quickClose = { ...patient, closeTimeoutMs: 50 };

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  describe('enforces RFC 6455', () => {
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
      ['a length of 5 in 16 bits', [0x82, 0xfe, 0, 5, ...mask, 1, 2, 3, 4, 5]],
      ['a length of 125 in 16 bits', [0x82, 0xfe, 0, 125, ...mask]],
      ['a length of 5 in 64 bits', [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 5, ...mask, 1, 2, 3, 4, 5]],
      ['a length of 65,535 in 64 bits', [0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...mask]],
    ];

    test.each(forbidden)(
      '%s of a client closes both sides with 1002, and is not forwarded',
      async (_name, bytes) => {
        const { client, upstream, ended } = await join(quickClose);
        const before = clientFrame('fine');
        client.write(Buffer.concat([before, Buffer.from(bytes)]));
        expect(await readBytes(upstream, before.length, 'hex')).toBe(before.toString('hex'));
        expect(await closeFramesTo(upstream, true)).toEqual([1002, 'protocol error']);
        upstream.end();
        expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
        client.end();
        expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1002, reason: 'protocol error' });
      },
    );

    test('a masked frame of an upstream results in 1002', async () => {
      const { client, upstream } = await join(quickClose);
      upstream.write(clientFrame('masked'));
      expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    });

    test('a new message in the middle of another results in 1002', async () => {
      const { client } = await join(quickClose);
      client.write(Buffer.from([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0]));
      expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    });

    test('control frames between fragments, and lengths that need 16 or 64 bits, are allowed', async () => {
      const { client, upstream, tunnel } = await join(quickClose);
      const long = [Buffer.alloc(126, 1), Buffer.alloc(65_535, 2), Buffer.alloc(65_536, 3)];
      const fragments = Buffer.from([0x01, 0x80, ...mask, 0x89, 0x80, ...mask, 0x80, 0x80, ...mask]);
      const bytes = Buffer.concat([fragments, ...long.map((payload) => clientFrame(payload))]);
      client.write(bytes);
      const received = await readBytes(upstream, bytes.length, 'hex');
      expect(received === bytes.toString('hex')).toBe(true);
      expect(tunnel.fromClient().messages).toBe(4);
    });

    test('a forbidden frame whose header arrives in pieces closes both sides with 1002, and no byte of it is forwarded', async () => {
      const { client, upstream, tunnel } = await join(quickClose);
      const before = clientFrame('fine');
      const frame = Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, ...mask]);
      client.write(before);
      expect(await readBytes(upstream, before.length, 'hex')).toBe(before.toString('hex'));
      await writeByteByByte(client, frame, () => tunnel.fromClient().bytesReceived);
      expect(await closeFramesTo(upstream, true)).toEqual([1002, 'protocol error']);
      expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    });

    test('a frame that arrives byte by byte is relayed completely', async () => {
      const { client, upstream, tunnel } = await join(quickClose);
      const frame = clientFrame(Buffer.alloc(130, 7));
      await writeByteByByte(client, frame, () => tunnel.fromClient().bytesReceived);
      expect(await readBytes(upstream, frame.length, 'hex')).toBe(frame.toString('hex'));
    });

    test('an incomplete header of a lost upstream is dropped, and the client gets 1013', async () => {
      const { client, upstream } = await join(quickClose);
      const frame = upstreamFrame('whole');
      upstream.end(Buffer.concat([frame, Buffer.from([0x82, 0x7e, 0])]));
      expect(await readBytes(client, frame.length, 'hex')).toBe(frame.toString('hex'));
      expect(await closeFramesTo(client)).toEqual([1013, 'upstream lost']);
    });
  });

  describe('enforces the reserved bits of the negotiated extensions (RFC 7692 §6)', () => {
    const startOfMessage = [0x41, 0x80, ...mask];
    const misplaced: [name: string, bytes: number[]][] = [
      ['RSV1 on a ping', [0xc9, 0x80, ...mask]],
      ['RSV1 on a pong', [0xca, 0x80, ...mask]],
      ['RSV1 on a close frame', [0xc8, 0x80, ...mask]],
      ['RSV1 on a continuation', [...startOfMessage, 0xc0, 0x80, ...mask]],
      ['RSV2 on the first frame of a message', [0xa1, 0x80, ...mask]],
      ['RSV3 beside RSV1', [0xd1, 0x80, ...mask]],
    ];

    test.each(misplaced)('with permessage-deflate, %s of a client results in 1002', async (_name, bytes) => {
      const { client } = await join(quickClose, { reservedBits: 'perMessageCompressed' });
      client.write(Buffer.from(bytes));
      expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    });

    test('with permessage-deflate, RSV1 on a continuation of an upstream results in 1002', async () => {
      const { client, upstream } = await join(quickClose, { reservedBits: 'perMessageCompressed' });
      upstream.write(Buffer.from([0x41, 0, 0xc0, 0]));
      expect(await readBytes(client, 2, 'hex')).toBe('4100');
      expect(await closeFramesTo(client)).toEqual([1002, 'protocol error']);
    });

    test('with permessage-deflate, RSV1 on the first frame of a message is relayed', async () => {
      const { client, upstream, tunnel } = await join(quickClose, { reservedBits: 'perMessageCompressed' });
      const bytes = Buffer.from([...startOfMessage, 0x89, 0x80, ...mask, 0x80, 0x80, ...mask]);
      client.write(bytes);
      expect(await readBytes(upstream, bytes.length, 'hex')).toBe(bytes.toString('hex'));
      expect(tunnel.fromClient().messages).toBe(1);
    });

    test('with an extension unknown to the gateway, any reserved bit is relayed on any frame', async () => {
      const { client, upstream } = await join(quickClose, { reservedBits: 'any' });
      const bytes = Buffer.from([0x71, 0x80, ...mask, 0xf9, 0x80, ...mask, 0xf0, 0x80, ...mask]);
      client.write(bytes);
      expect(await readBytes(upstream, bytes.length, 'hex')).toBe(bytes.toString('hex'));
    });
  });

  describe('enforces which frames may follow a close frame (§5.5.1)', () => {
    const close = closeFrame(1000, '', 'upstream');

    test.each([
      ['a message', clientFrame('too late')],
      ['the rest of a fragmented message', Buffer.from([0x80, 0x80, ...mask])],
    ])('%s after a close frame does not reach the upstream', async (_name, late) => {
      const { client, upstream, tunnel, ended } = await join(quickClose);
      const before = Buffer.concat([Buffer.from([0x01, 0x80, ...mask]), close]);
      const received = buffer(upstream);
      client.on('error', () => undefined).resume();
      client.write(Buffer.concat([before, late]));
      expect(await received).toEqual(before);
      expect(await ended).toMatchObject({ endedBy: 'client', closeCode: 1000 });
      expect(tunnel.fromClient()).toMatchObject({ messages: 0, frames: 2 });
    });

    test('pings and pongs after a close frame are relayed until the other side has closed too', async () => {
      const { client, upstream, tunnel } = await join(quickClose);
      const bytes = Buffer.concat([close, Buffer.from([0x8a, 0x80, ...mask, 0x89, 0x80, ...mask])]);
      client.write(bytes);
      expect(await readBytes(upstream, bytes.length, 'hex')).toBe(bytes.toString('hex'));
      expect(tunnel.isClosing).toBe(false);
    });
  });

  describe('enforces the message size limit', () => {
    test('a message above the limit closes both sides with 1009, and no byte of it is forwarded', async () => {
      const { client, upstream } = await join(quickClose, { messageLimits: { maxMessageBytes: 10 } });
      const fits = clientFrame('0123456789');
      client.write(Buffer.concat([fits, clientFrame('0123456789a')]));
      expect(await readBytes(upstream, fits.length, 'hex')).toBe(fits.toString('hex'));
      expect(await closeFramesTo(upstream, true)).toEqual([1009, 'message too big']);
      expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
    });

    test.each(sides)(
      'no byte of a message above the limit is forwarded if its header arrives in pieces (%s)',
      async (side) => {
        const { client, upstream, tunnel } = await join(quickClose, {
          messageLimits: { maxMessageBytes: 10 },
        });
        const isClient = side === 'client';
        const [from, to] = isClient ? [client, upstream] : [upstream, client];
        const payload = Buffer.alloc(70_000);
        const tooBig = isClient ? clientFrame(payload) : upstreamFrame(payload);
        await writeByteByByte(
          from,
          tooBig.subarray(0, isClient ? 14 : 10),
          () => countersOf({ tunnel }, side).bytesReceived,
        );
        expect(await closeFramesTo(to, isClient)).toEqual([1009, 'message too big']);
      },
    );

    test('fragments count together, and control frames do not', async () => {
      const { client, tunnel } = await join(quickClose, { messageLimits: { maxMessageBytes: 10 } });
      const fragment = (first: number): Buffer =>
        Buffer.concat([Buffer.from([first, 0x86, 0, 0, 0, 0]), Buffer.alloc(6)]);
      const ping = Buffer.concat([Buffer.from([0x89, 0xa0, 0, 0, 0, 0]), Buffer.alloc(32)]);
      client.write(Buffer.concat([fragment(0x82), ping, fragment(0x02), ping, fragment(0x80)]));
      expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
      expect(tunnel.fromClient().messages).toBe(1);
    });

    test('the limit also applies to messages of an upstream', async () => {
      const { client, upstream } = await join(quickClose, { messageLimits: { maxMessageBytes: 10 } });
      upstream.write(upstreamFrame('0123456789a'));
      expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
    });

    test('a limit that is set later applies from the next frame on', async () => {
      const { client, upstream, tunnel } = await join(quickClose);
      const long = clientFrame('longer than ten');
      client.write(long);
      await readBytes(upstream, long.length);
      tunnel.setMessageLimits({ maxMessageBytes: 10 });
      client.write(long);
      expect(await closeFramesTo(client)).toEqual([1009, 'message too big']);
    });
  });
});

/** Sends each byte in a separate segment, once the tunnel has read the previous one. */
async function writeByteByByte(socket: Socket, bytes: Buffer, read: () => number): Promise<void> {
  const before = read();
  for (const [index, byte] of bytes.entries()) {
    socket.write(Uint8Array.of(byte));
    await vi.waitFor(() => expect(read()).toBe(before + index + 1), longWait);
  }
}
