import { headerOf, isPattern } from './frame-bytes.js';

/** The output of a tunnel: the bytes of the other side, and the gateway's pings between its frames. */
export interface Delivered {
  bytes: Buffer;
  /** The payloads of the pings, unmasked. */
  pings: Buffer[];
}

/**
 * Separates the gateway's pings from received bytes, which must begin at a frame boundary. The pings are
 * recognized by their payloads, which the other side never sends.
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

// The available part of an incomplete frame.
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
