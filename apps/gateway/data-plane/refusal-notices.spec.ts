import { pino, type Logger } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RefusedRecord } from '#libs/pipeline';
import { RefusalNotices } from './refusal-notices.js';

const record: RefusedRecord = {
  outcome: 'refused',
  requestId: 'req_01jd3x4m5n6p7q8r9s0t1v2w3x',
  connectionId: 'con_1',
  host: 'localhost',
  path: '/chat',
  clientAddress: '127.0.0.1',
  httpVersion: '1.1',
  tenantId: null,
  routeId: null,
  apiKeyId: null,
  upstreamUrl: 'ws://10.0.0.5:9000',
  durationMs: 3,
  code: 'upstream_forbidden_address',
  status: 502,
  detail: 'no address of 10.0.0.5 may be dialed',
};

let lines: string[];
let notices: RefusalNotices;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  const write = (line: string): void => {
    lines.push((JSON.parse(line) as { msg: string }).msg);
  };
  const logger: Logger = pino({ level: 'warn' }, { write });
  notices = new RefusalNotices(logger);
});
afterEach(() => {
  notices.stop();
  vi.useRealTimers();
});

test('a refusal is printed as one line with its cause and the setting to change', () => {
  notices.notify(record);
  expect(lines).toEqual([
    'refused localhost/chat from 127.0.0.1 with 502 upstream_forbidden_address (upstream ws://10.0.0.5:9000): ' +
      'no address of 10.0.0.5 may be dialed; SLUICE_UPSTREAM_ALLOW names the private ranges that may be dialed',
  ]);
});

test('the refusal of an unreadable request is printed with its code', () => {
  notices.notifyUnread('uri_too_long');
  expect(lines).toEqual(['refused a request with 414 uri_too_long; SLUICE_MAX_TARGET_BYTES decides']);
});

test('a client that disconnects is not printed as refused', () => {
  notices.notify({ ...record, code: 'client_gone', status: null });
  expect(lines).toEqual([]);
});

test('a thousand refusals in a second are printed as five lines and a count of the others', () => {
  for (let refused = 0; refused < 1000; refused += 1) notices.notify(record);
  vi.advanceTimersByTime(1000);
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('995 more requests were refused in this second');
  notices.notify(record);
  expect(lines).toHaveLength(7);
});
