import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createTerminalLogger } from './create-logger.js';

test('a log line on a terminal has time, level, message and fields, and is not JSON', () => {
  const output = new PassThrough();
  const logger = createTerminalLogger('gateway', 'info', output);
  logger.info({ id: 'gtw_1' }, 'the gateway listens');
  logger.debug('not at this level');
  expect(String(output.read())).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: the gateway listens \{"id":"gtw_1"\}\n$/);
});

test('an error on a terminal is logged with its message and no other fields', () => {
  const output = new PassThrough();
  const logger = createTerminalLogger('api', 'info', output);
  logger.error({ err: Object.assign(new Error('no such table'), { parameters: ['a secret'] }) }, 'failed');
  const text = String(output.read());
  expect(text).toContain('no such table');
  expect(text).not.toContain('secret');
});
