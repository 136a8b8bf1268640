import { printable } from '../sockets/printable.js';
import type { TappedFrame } from './tap-message.js';

type Payload = NonNullable<TappedFrame['payload']>;

/** One frame on one line: `14:00:00.000 con_… > text 5 bytes "hello"`. */
export function frameLine(connectionId: string, frame: TappedFrame): string {
  const { at, from, opcode, length, payload } = frame;
  const bytes = `${length} ${length === 1 ? 'byte' : 'bytes'}`;
  const parts = [timeOf(at), connectionId, from === 'client' ? '>' : '<', opcode, bytes, ...flags(frame)];
  if (payload !== null && length > 0) parts.push(payloadText(opcode, payload));
  return parts.join(' ');
}

function timeOf(at: string): string {
  return /T(.{12})/.exec(at)?.[1] ?? printable(at);
}

function flags({ isFinal, isCompressed }: TappedFrame): string[] {
  return [...(isFinal ? [] : ['(more fragments)']), ...(isCompressed ? ['(compressed)'] : [])];
}

function payloadText(opcode: string, payload: Payload): string {
  const bytes = Buffer.from(payload.bytes, 'base64');
  const end = payload.isTruncated ? '…' : '';
  const unknown = payload.unknownBytes > 0 ? ` (${payload.unknownBytes} bytes are not known)` : '';
  return `${contentText(opcode, bytes)}${end}${unknown}`;
}

function contentText(opcode: string, bytes: Buffer): string {
  if (opcode === 'text') return quoted(bytes);
  // RFC 6455 §5.5.1: a status code in two bytes, then a reason in UTF-8.
  if (opcode === 'close' && bytes.length >= 2) {
    const reason = bytes.length > 2 ? ` ${quoted(bytes.subarray(2))}` : '';
    return `${bytes.readUInt16BE(0)}${reason}`;
  }
  return `0x${bytes.toString('hex')}`;
}

function quoted(bytes: Buffer): string {
  return printable(JSON.stringify(bytes.toString()));
}
