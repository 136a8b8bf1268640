import { expect, test } from 'vitest';
import { mayTrail } from './trailers.js';

test.each(['X-Checksum', 'Server-Timing', 'Digest', 'grpc-status'])('%s may come after the body', (name) => {
  expect(mayTrail(name)).toBe(true);
});

test.each([
  ...[
    'Content-Length',
    'Transfer-Encoding',
    'Trailer',
    'Connection',
    'Upgrade',
    'TE',
    'Keep-Alive',
    'Expect',
  ],
  ...['Host', 'Via', 'Forwarded', 'X-Forwarded-For', 'X_Forwarded_For', 'X-Real-IP', 'Client-Cert'],
  ...['Authorization', 'X-Api-Key', 'Cookie', 'Set-Cookie', 'Origin', 'Proxy-Authorization'],
  ...[
    'Content-Type',
    'Content-Encoding',
    'Content-Range',
    'Location',
    'If-Match',
    'Access-Control-Allow-Origin',
  ],
  ...['Sec-WebSocket-Key', 'not a token'],
])('%s is no trailer', (name) => {
  expect(mayTrail(name)).toBe(false);
});
