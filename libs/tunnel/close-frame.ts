import { randomFillSync } from 'node:crypto';

const longestReasonBytes = 123;

/**
 * A close frame (RFC 6455 §5.5.1). One to an upstream is masked, as a client's must be (§5.3); one to a client is
 * not. The reason is ASCII of at most 123 bytes.
 */
export function closeFrame(code: number, reason: string, receiver: 'client' | 'upstream'): Buffer {
  const payload = Buffer.alloc(2 + Math.min(reason.length, longestReasonBytes));
  payload.writeUInt16BE(code);
  payload.write(reason.slice(0, longestReasonBytes), 2, 'latin1');
  if (receiver === 'client') return Buffer.concat([Buffer.from([0x88, payload.length]), payload]);

  const mask = randomFillSync(Buffer.alloc(4));
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x88, 0x80 | payload.length]), mask, masked]);
}
