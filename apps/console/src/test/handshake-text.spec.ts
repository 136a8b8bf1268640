import { expect, test } from 'vitest';
import { withCredential } from './credential.js';
import { requestText } from './handshake-text.js';

const key = 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000';
const handshake = { url: 'ws://gateway.example:8080/chat?room=7', subprotocols: ['chat.v1'], headers: null };

test('the request has the fields that a browser sends', () => {
  const lines = requestText(handshake, 'http://console.example').split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'GET /chat?room=7 HTTP/1.1',
      'Host: gateway.example:8080',
      'Origin: http://console.example',
      'Sec-WebSocket-Protocol: chat.v1',
    ]),
  );
});

test.each(['subprotocol', 'query', 'ticket'] as const)('a credential in the %s is cut off', (kind) => {
  const text = requestText(withCredential(handshake, kind, key), 'http://console.example');
  expect(text).toContain(kind === 'query' ? 'api_key=slc_AbC1…' : '.slc_AbC1…');
  expect(text).not.toContain('dEf456');
});

test('the API sends the given header fields and no origin, and their secrets are cut off', () => {
  const headers = [
    { name: 'X-Room', value: 'seven' },
    { name: 'Authorization', value: `Bearer ${key}` },
  ];
  const text = requestText({ ...handshake, headers }, 'http://console.example');
  expect(text).toContain('X-Room: seven');
  expect(text).toContain('Authorization: Bearer slc_AbC1…');
  expect(text).not.toMatch(/Origin|dEf456/);
});
