import { constants, deflateRawSync } from 'node:zlib';
import type { FrameObserver, FrameSender } from '#libs/tunnel';

/** One frame on the wire; its payload is not masked yet. */
export interface WireFrame {
  from: FrameSender;
  opcode: number;
  isFinal: boolean;
  isReserved1: boolean;
  payload: Buffer;
}

const windowBytes = 32_768;

/** Compresses the messages of one side as permessage-deflate does (RFC 7692 §7.2.1). */
export class MessageDeflater {
  #history = Buffer.alloc(0);

  constructor(private readonly hasContextTakeover: boolean) {}

  deflate(message: Buffer): Buffer {
    const dictionary = this.#history.length > 0 ? { dictionary: this.#history } : {};
    const deflated = deflateRawSync(message, { ...dictionary, finishFlush: constants.Z_SYNC_FLUSH });
    if (this.hasContextTakeover) {
      this.#history = Buffer.concat([this.#history, message]).subarray(-windowBytes);
    }
    return deflated.subarray(0, -4);
  }
}

/** Passes a frame to an observer, its payload in parts of these sizes and then the rest. */
export function showFrame(observer: FrameObserver, frame: WireFrame, partSizes: readonly number[]): void {
  const { from, payload } = frame;
  const mask = from === 'client' ? Buffer.from([0x12, 0x34, 0x56, 0xff]) : null;
  const onWire = payload.map((byte, index) => byte ^ (mask?.[index % 4] ?? 0));
  const firstByte = (frame.isFinal ? 0x80 : 0) | (frame.isReserved1 ? 0x40 : 0) | frame.opcode;
  observer.onFrame(from, firstByte, payload.length, mask);
  // The observer must not keep the buffer.
  mask?.fill(0);
  let start = 0;
  for (const size of [...partSizes, payload.length]) {
    const part = Buffer.from(onWire.subarray(start, start + size));
    if (part.length === 0) continue;
    observer.onPayload(from, part);
    part.fill(0);
    start += part.length;
  }
  observer.onFrameEnd(from);
}
