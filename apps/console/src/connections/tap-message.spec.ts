import { expect, test } from 'vitest';
import { parseTapMessage } from './tap-message.js';

test('a frame and the number of omitted ones are read, and anything else is ignored', () => {
  const payload = { bytes: 'aGk=', isTruncated: false, isInflated: false, unknownBytes: 0 };
  const frame = { type: 'frame', at: '2026-11-30T00:00:00Z', from: 'client', opcode: 'text', isFinal: true };
  const whole = { ...frame, isCompressed: false, length: 2, payload };
  expect(parseTapMessage(JSON.stringify(whole))).toMatchObject({
    from: 'client',
    payload: { bytes: 'aGk=' },
  });
  expect(parseTapMessage(JSON.stringify({ ...whole, payload: null }))).toMatchObject({ payload: null });
  expect(parseTapMessage('{"type":"omitted","count":7}')).toEqual({ type: 'omitted', count: 7 });
  for (const other of ['', '[]', 'null', '{"type":"later"}', 7]) expect(parseTapMessage(other)).toBeNull();
});
