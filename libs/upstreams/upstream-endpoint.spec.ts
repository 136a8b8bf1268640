import { expect, test } from 'vitest';
import { parseUpstreamEndpoint } from './upstream-endpoint.js';

test.each([
  ['ws://10.0.0.5:9000/base', false, '10.0.0.5', 9000, '10.0.0.5:9000', '/base'],
  ['ws://upstream.test', false, 'upstream.test', 80, 'upstream.test', ''],
  ['ws://upstream.test/', false, 'upstream.test', 80, 'upstream.test', ''],
  ['wss://Upstream.Test/base/', true, 'upstream.test', 443, 'upstream.test', '/base/'],
  ['wss://upstream.test:443', true, 'upstream.test', 443, 'upstream.test', ''],
  ['wss://upstream.test:80', true, 'upstream.test', 80, 'upstream.test:80', ''],
  ['http://upstream.test', false, 'upstream.test', 80, 'upstream.test', ''],
  ['http://upstream.test:443/a', false, 'upstream.test', 443, 'upstream.test:443', '/a'],
  ['https://upstream.test/base', true, 'upstream.test', 443, 'upstream.test', '/base'],
  ['HTTPS://upstream.test:8443', true, 'upstream.test', 8443, 'upstream.test:8443', ''],
  ['ws://[fd00::5]:9000/a', false, 'fd00::5', 9000, '[fd00::5]:9000', '/a'],
  ['ws://0x7f.1/', false, '127.0.0.1', 80, '127.0.0.1', ''],
  ['ws://upstream.test/a/../b/%2e%2e/c', false, 'upstream.test', 80, 'upstream.test', '/c'],
])('%s is taken apart', (url, isTls, hostname, port, authority, basePath) => {
  expect(parseUpstreamEndpoint(url)).toEqual({
    url,
    isTls,
    hostname,
    isAddress: hostname !== 'upstream.test',
    serverName: hostname,
    port,
    authority,
    basePath,
  });
});
