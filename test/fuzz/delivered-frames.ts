import { headerOf, isPattern } from './frame-bytes.js';

/** What came out of a tunnel: what the other side sent, and the pings that the gateway put between the frames. */
export interface Delivered {
  bytes: Buffer;
  /** Their payloads, unmasked. */
  pings: Buffer[];
}

/**
 * Takes the gateway's own pings out of what came; it begins with a whole frame. They are recognized by their payload,
 * which is none that the other side would send.
 */
export function withoutPings(delivered: Buffer): Delivered {
  const pings: Buffer[] = [];
  const kept: Buffer[] = [];
  for (let offset = 0; offset < delivered.length;) {
    const frame = frameAt(delivered, offset);
    offset += frame.length;
    const ping = pingIn(frame);
    if (ping) pings.push(ping);
    else kept.push(frame);
  }
  return { bytes: Buffer.concat(kept), pings };
}

// A frame that is not whole is what there is of it.
function frameAt(bytes: Buffer, offset: number): Buffer {
  const rest = bytes.subarray(offset);
  const header = headerOf(rest);
  return header ? rest.subarray(0, header.length + header.payloadLength) : rest;
}

function pingIn(frame: Buffer): Buffer | null {
  const header = headerOf(frame);
  if (frame[0] !== 0x89 || !header || frame.length < header.length + header.payloadLength) return null;
  const { mask } = header;
  const payload = frame.subarray(header.length).map((byte, index) => byte ^ (mask?.[index % 4] ?? 0));
  return isPattern(payload) ? null : Buffer.from(payload);
}
