import { expect, test } from 'vitest';
import { ClientRequest } from './client-request.js';

test('a reader that pauses gets held bytes later, in order, and the end after them', () => {
  const head = { method: 'POST', httpVersion: '1.1', target: '/', rawHeaders: [] };
  const body = { ok: true, body: { kind: 'length', bytes: 6 } } as const;
  const request = new ClientRequest(
    { head, upgrade: null, isPersistent: true, expect: undefined, body },
    () => undefined,
  );
  expect(request.wantsBytes).toBe(true);
  expect([request.read(Buffer.from('ab')), request.read(Buffer.from('cd'))]).toEqual([2, 2]);
  expect([request.wantsBytes, request.readableDidRead]).toEqual([false, false]);
  const events: string[] = [];
  request.on('data', (bytes: Buffer) => {
    events.push(String(bytes));
    request.pause();
  });
  request.once('end', () => events.push('end'));
  request.resume();
  expect(events).toEqual(['ab']);
  request.resume();
  expect(events).toEqual(['ab', 'cd']);
  expect([request.wantsBytes, request.complete]).toEqual([true, false]);
  expect(request.read(Buffer.from('efGET'))).toBe(2);
  expect([request.wantsBytes, request.complete, events]).toEqual([false, true, ['ab', 'cd']]);
  request.resume();
  request.resume();
  expect(events).toEqual(['ab', 'cd', 'ef', 'end']);
});
