import assert from 'node:assert/strict';
import type { CountingUpstream } from '../support/counting-upstream.js';
import { parseAnswer, type RawAnswer } from '../support/raw-request.js';
import type { Received } from './received.js';

/** Expects exactly one problem document of the gateway, with this code, followed by a FIN. */
export function expectRefusal({ text, hasEnded }: Received, status: number, code: string): void {
  const answer = expectOneAnswer(text, status);
  assert.equal(answer.headers['content-type'], 'application/problem+json', text);
  assert.equal(answer.headers['content-length'], String(answer.body.length), text);
  assert.equal((JSON.parse(answer.body) as { code: string }).code, code, text);
  assert.ok(hasEnded, 'the answer was followed by a RST');
}

/** Expects exactly one answer, with this status. */
export function expectOneAnswer(text: string, status: number): RawAnswer {
  const answer = parseAnswer(text);
  assert.equal(answer.status, status, `expected ${status}, received:\n${text}`);
  assert.equal(text.match(/HTTP\/1\.[01] [0-9]{3} /g)?.length, 1, `expected one answer, received:\n${text}`);
  return answer;
}

/** The body of an answer without its chunk framing; throws if the body is incomplete. */
export function wholeBody({ headers, body }: RawAnswer): string {
  if (headers['transfer-encoding'] === undefined) return body;
  let [decoded, rest] = ['', body];
  for (;;) {
    const [line = '', digits = ''] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
    const length = Number.parseInt(digits, 16);
    assert.ok(rest.startsWith('\r\n', line.length + length), `a broken chunk:\n${body}`);
    decoded += rest.slice(line.length, line.length + length);
    rest = rest.slice(line.length + length + 2);
    if (length > 0) continue;
    assert.equal(rest, '', `bytes after the last chunk:\n${body}`);
    return decoded;
  }
}

/** Parts that the upstream request must contain, and parts that it must not contain. */
export interface ExpectedRequest {
  has?: readonly (string | RegExp)[];
  hasNot?: readonly (string | RegExp)[];
}

/** Expects exactly one connection to the upstream, which carried the head of one request and nothing else. */
export function expectOneRequest(
  { connections, received }: CountingUpstream,
  expected: ExpectedRequest = {},
): void {
  assert.equal(connections, 1, `expected one connection to the upstream, got ${connections}`);
  assert.match(received, /^GET [\x21-\x7e]+ HTTP\/1\.1\r\n/);
  assert.equal(received.indexOf('\r\n\r\n'), received.length - 4, `bytes after the head:\n${received}`);
  for (const part of expected.has ?? [])
    assert.ok(isIn(part, received), `${part} is missing in:\n${received}`);
  for (const part of expected.hasNot ?? []) assert.ok(!isIn(part, received), `${part} is in:\n${received}`);
}

function isIn(part: string | RegExp, text: string): boolean {
  return typeof part === 'string' ? text.includes(part) : part.test(text);
}
