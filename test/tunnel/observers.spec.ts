import { describe, expect, test, vi } from 'vitest';
import {
  clientFrame,
  patient,
  readBytes,
  tunnelsUnderTest,
  upstreamFrame,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';
import type { FrameObserver, FrameSender } from '#libs/tunnel';

describe.each(tunnelsUnderTest)('$name', ({ join }) => {
  test('an observer gets whole frames of both directions, from the next frame until its release', async () => {
    const { client, upstream, tunnel } = await join(patient);
    const half = clientFrame('half seen');
    client.write(half.subarray(0, 8));
    await readBytes(upstream, 8, 'hex');
    const seen = new RecordingObserver();
    const release = tunnel.observe(seen);
    client.write(
      Buffer.concat([half.subarray(8), clientFrame('seen'), Buffer.from([0x89, 0x80, 1, 2, 3, 4])]),
    );
    upstream.write(upstreamFrame('answer'));
    await vi.waitFor(() => expect(seen.frames).toHaveLength(3), longWait);
    expect(seen.frames).toEqual(
      expect.arrayContaining([
        ['client', 0x82, 4, '00000000', 'seen'],
        ['client', 0x89, 0, '01020304', ''],
        ['upstream', 0x82, 6, null, 'answer'],
      ]),
    );
    release();
    release();
    client.write(clientFrame('unseen'));
    await vi.waitFor(() => expect(tunnel.fromClient().messages).toBe(3), longWait);
    expect(seen.frames).toHaveLength(3);
    expect(seen.strays).toBe(0);
  });

  test('observers do not affect each other', async () => {
    const { client, tunnel } = await join(patient);
    const [first, second] = [new RecordingObserver(), new RecordingObserver()];
    const releaseFirst = tunnel.observe(first);
    client.write(clientFrame('one').subarray(0, 7));
    await vi.waitFor(() => expect(first.begun).toBe(1), longWait);
    tunnel.observe(second);
    client.write(clientFrame('one').subarray(7));
    await vi.waitFor(() => expect(first.frames).toHaveLength(1), longWait);
    releaseFirst();
    client.write(clientFrame('two'));
    await vi.waitFor(() => expect(second.frames).toHaveLength(1), longWait);
    expect(first.frames.map((frame) => frame[4])).toEqual(['one']);
    expect(second.frames.map((frame) => frame[4])).toEqual(['two']);
    expect([first.strays, second.strays]).toEqual([0, 0]);
  });
});

type SeenFrame = [from: FrameSender, firstByte: number, length: number, mask: string | null, payload: string];

class RecordingObserver implements FrameObserver {
  readonly frames: SeenFrame[] = [];
  /** Parts and ends of frames whose start the observer missed. */
  strays = 0;
  begun = 0;
  readonly #open = new Map<FrameSender, SeenFrame>();

  onFrame(from: FrameSender, firstByte: number, payloadLength: number, mask: Uint8Array | null): void {
    this.begun += 1;
    this.#open.set(from, [from, firstByte, payloadLength, mask && Buffer.from(mask).toString('hex'), '']);
  }

  onPayload(from: FrameSender, bytes: Uint8Array): void {
    const frame = this.#open.get(from);
    if (frame) frame[4] += Buffer.from(bytes).toString();
    else this.strays += 1;
  }

  onFrameEnd(from: FrameSender): void {
    const frame = this.#open.get(from);
    this.#open.delete(from);
    if (frame) this.frames.push(frame);
    else this.strays += 1;
  }

  onFrameOmitted(from: FrameSender): void {
    this.#open.delete(from);
  }
}
