import { expect, test } from 'vitest';
import { withoutSecrets } from './explain-search.js';

test('the link of a question has no key, ticket, token or password', () => {
  const key = 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000';
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
  const question = {
    url: `wss://chat.example/a?api_key=${key}&room=7&access_token=${token}`,
    headers: [
      'Origin: https://chat.example',
      `authorization: Bearer ${token}`,
      'Cookie: session=secret',
      `Sec-WebSocket-Protocol: chat, sluice.key.${key}`,
    ].join('\n'),
    gateway: 'gtw_01jd3x4m5n6p7q8r9s0t1v2w3x',
  };
  expect(withoutSecrets(question)).toEqual({
    url: 'wss://chat.example/a?api_key=&room=7&access_token=',
    headers: 'Origin: https://chat.example\nSec-WebSocket-Protocol: chat, sluice.key.',
    gateway: 'gtw_01jd3x4m5n6p7q8r9s0t1v2w3x',
  });
});

test('a question without header fields stays as it is', () => {
  expect(withoutSecrets({ url: 'ws://chat.example/eye/slot_1' })).toEqual({
    url: 'ws://chat.example/eye/slot_1',
  });
});
