import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { admitted, badHandshake, refused, withLines } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest } from '../expectations.js';
import { answers } from '../upstream-behaviours.js';

const variables = {
  requestHeaders: { set: { 'X-Host': '<$host>', 'X-Who': '$key_name', 'X-Ip': '$client_ip' } },
};

const requests: AttackCase[] = [
  admitted(
    'spoofed values of variables in the fields of the client',
    withLines(
      'X-Host: evil',
      'x_host: evil',
      'X-Who: evil',
      'X-Ip: 203.0.113.9',
      'X-Forwarded-For: 203.0.113.9',
    ),
    {
      has: [/\r\nX-Host: <[^\r]*>\r\n/, '\r\nX-Ip: 127.0.0.1\r\n'],
      hasNot: ['evil', '203.0.113.9', 'X-Who'],
    },
    variables,
  ),
  ...['a.test\r\n X-Admin: yes', 'a.test,b.test', 'a.test;q="1"', '$client_ip', 'a.test\tx'].map((host) =>
    refused(
      `a variable with a host that splits its value: ${JSON.stringify(host)}`,
      (sandbox) => sandbox.handshake('/', { Host: host }),
      badHandshake,
      variables,
    ),
  ),
];

const responses: AttackCase[] = [
  {
    name: 'an upstream that names header fields of the route in Connection',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: answers(
          'HTTP/1.1 200 OK\r\nConnection: X-Frame-Options, close\r\nX-Frame-Options: ALLOW\r\nContent-Length: 0\r\n\r\n',
        ),
        route: { responseHeaders: { set: { 'X-Frame-Options': 'DENY' }, remove: [] } },
      });
      const answer = expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 200);
      assert.equal(answer.headers['x-frame-options'], 'DENY');
      expectOneRequest(upstream);
    },
  },
  ...['Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept'].map(
    (name): AttackCase => ({
      name: `a route that sets ${name} of an answer`,
      run: async ({ gateway, host }) => {
        const responseHeaders = { set: { [name]: '5' } };
        const match = { host, path: '/' };
        const upstreams = [{ url: 'ws://127.0.0.1:9' }];
        await assert.rejects(gateway.publish({ match, upstreams, responseHeaders }));
      },
    }),
  ),
];

export const headerVariables: AttackFamily = {
  name: 'variables of header fields',
  cases: [...requests, ...responses],
};
