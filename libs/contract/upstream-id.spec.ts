import { expect, test } from 'vitest';
import { upstreamId } from './index.js';

test('the id of an upstream is that of its URL, and stays the same in later versions', () => {
  expect(upstreamId('ws://10.0.0.5:9000/base')).toBe('ups_w29rj4kkan05qh8q');
});

test.each([
  ['ws://Chat.Example', 'ws://chat.example/'],
  ['ws://chat.example:80', 'ws://chat.example'],
  ['wss://chat.example:443/a', 'wss://chat.example/a'],
  ['http://chat.example/a', 'ws://chat.example/a'],
  ['HTTPS://chat.example', 'wss://chat.example'],
])('%s and %s are one upstream', (one, other) => {
  expect(upstreamId(one)).toBe(upstreamId(other));
});

test('scheme, host, port and path make another upstream', () => {
  const urls = [
    'ws://a.example',
    'wss://a.example',
    'ws://b.example',
    'ws://a.example:81',
    'ws://a.example/a',
  ];
  const ids = new Set(urls.map(upstreamId));
  expect(ids.size).toBe(urls.length);
  for (const id of ids) expect(id).toMatch(/^ups_[0-9a-hjkmnp-tv-z]{16}$/);
});
