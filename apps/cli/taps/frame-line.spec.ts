import { expect, test } from 'vitest';
import { frameLine } from './frame-line.js';
import type { TappedFrame } from './tap-message.js';

const frame: TappedFrame = {
  type: 'frame',
  at: '2026-11-22T14:00:00.125Z',
  from: 'client',
  opcode: 'text',
  isFinal: true,
  isCompressed: false,
  length: 5,
  payload: null,
};

test('the line of a frame without payload has time, connection, direction, kind and length', () => {
  expect(frameLine('con_1', frame)).toBe('14:00:00.125 con_1 > text 5 bytes');
  expect(frameLine('con_1', { ...frame, from: 'upstream', opcode: 'ping', length: 1 })).toBe(
    '14:00:00.125 con_1 < ping 1 byte',
  );
});

test.each([
  ['text', Buffer.from('hello'), '"hello"'],
  ['text', Buffer.from('a\n\u001b[2J\u0085'), '"a\\n\\u001b[2J\\u0085"'],
  ['binary', Buffer.from([0, 255]), '0x00ff'],
  ['close', Buffer.from([0x03, 0xe8]), '1000'],
  ['close', Buffer.concat([Buffer.from([0x03, 0xf0]), Buffer.from('key revoked')]), '1008 "key revoked"'],
])('the payload of a %s frame is printed in the form of its kind', (opcode, bytes, expected) => {
  const line = frameLine('con_1', { ...frame, opcode, payload: payloadOf(bytes) });
  expect(line).toBe(`14:00:00.125 con_1 > ${opcode} 5 bytes ${expected}`);
});

test('the line of a frame notes fragments, compression, truncation and unknown bytes', () => {
  const payload = { ...payloadOf(Buffer.from('hel')), isTruncated: true, unknownBytes: 2 };
  expect(frameLine('con_1', { ...frame, isFinal: false, isCompressed: true, payload })).toBe(
    '14:00:00.125 con_1 > text 5 bytes (more fragments) (compressed) "hel"… (2 bytes are not known)',
  );
});

function payloadOf(bytes: Buffer) {
  return { bytes: bytes.toString('base64'), isTruncated: false, isInflated: false, unknownBytes: 0 };
}
