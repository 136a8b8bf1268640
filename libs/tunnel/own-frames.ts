import { randomBytes } from 'node:crypto';
import { opcodeClose, opcodePing, type FrameSender } from './frame-rules.js';

const maxReasonBytes = 123;

/**
 * Creates a close frame of the gateway (RFC 6455 §5.5.1). The reason is encoded as UTF-8. A reason longer
 * than 123 bytes is truncated to the whole characters that fit.
 */
export function closeFrame(code: number, reason: string, receiver: FrameSender): Buffer {
  const text = Buffer.alloc(maxReasonBytes);
  const length = text.write(reason, 'utf8');
  const payload = Buffer.alloc(2 + length);
  payload.writeUInt16BE(code);
  text.copy(payload, 2, 0, length);
  return controlFrame(opcodeClose, payload, receiver);
}

/** Creates a ping of the gateway (RFC 6455 §5.5.2), with a payload of at most 125 bytes. */
export function pingFrame(payload: Buffer, receiver: FrameSender): Buffer {
  return controlFrame(opcodePing, payload, receiver);
}

// Frames to an upstream are masked, as a client's frames must be (§5.3). Frames to a client are not.
function controlFrame(opcode: number, payload: Buffer, receiver: FrameSender): Buffer {
  const first = 0x80 | opcode;
  if (receiver === 'client') return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  const mask = nextMask();
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, masked]);
}

// Unpredictable masks (§5.3). They are generated many at a time, because a single one costs 30 µs.
const maskPoolBytes = 4096;
const maskBytes = 4;
let maskPool = Buffer.alloc(0);

function nextMask(): Buffer {
  if (maskPool.length === 0) maskPool = randomBytes(maskPoolBytes);
  const mask = maskPool.subarray(0, maskBytes);
  maskPool = maskPool.subarray(maskBytes);
  return mask;
}
