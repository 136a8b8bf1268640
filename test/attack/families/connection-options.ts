import assert from 'node:assert/strict';
import type { Sandbox } from '../sandbox.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { admitted, refused, withLines } from '../case-builders.js';
import { expectRefusal } from '../expectations.js';

export const connectionOptions: AttackFamily = {
  name: 'Connection options',
  cases: [
    ...['Host', 'Sec-WebSocket-Key', 'sec-websocket-version', 'Sec-WebSocket-Protocol', 'Origin'].map(
      (name) =>
        admitted(
          `Connection names ${name}, which is forwarded all the same`,
          connecting(name, { 'Sec-WebSocket-Protocol': 'chat', Origin: 'https://app.test' }),
          { has: [new RegExp(`\r\n${name}: `, 'i')], hasNot: [/connection:.*,/i] },
          { allowedOrigins: ['https://app.test'] },
        ),
    ),
    refused(
      'Connection names an Origin that is not allowed',
      connecting('Origin', { Origin: 'https://evil.test' }),
      [403, 'origin_forbidden'],
      { allowedOrigins: ['https://app.test'] },
    ),
    ...['X-Forwarded-For', 'X-Forwarded-Proto', 'x-forwarded-host'].map((name) =>
      admitted(`Connection names ${name}, which the gateway adds`, connecting(name), {
        has: [new RegExp(`\r\n${name}: [^\r]`, 'i')],
      }),
    ),
    admitted(
      'Connection names a field that the route sets',
      connecting('X-Tenant', { 'X-Tenant': 'evil' }),
      { has: ['\r\nX-Tenant: acme\r\n'], hasNot: ['evil'] },
      { requestHeaders: { set: { 'X-Tenant': 'acme' } } },
    ),
    admitted(
      "Connection names one of the client's fields, which is not forwarded",
      connecting('X-Mine', { 'X-Mine': 'a' }),
      {
        hasNot: [/x-mine/i],
      },
    ),
    admitted(
      'hop-by-hop fields',
      withLines(
        'Keep-Alive: timeout=9',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic eDp5',
        'TE: trailers',
        'Trailer: X-Mine',
      ),
      { hasNot: [/keep-alive|proxy-|\r\nte:|trailer/i] },
    ),
    {
      name: 'Connection names the field with the key: the key still counts, and is not forwarded',
      run: async (sandbox) => {
        const key = await sandbox.gateway.issueKey();
        const route = { auth: { mode: 'apiKey' } };
        await admitted(
          '',
          connecting('X-Api-Key', { 'X-Api-Key': key }),
          { hasNot: [/slc_|x-api-key/i] },
          route,
        ).run(sandbox);
      },
    },
    ...['Authorization', 'X-Api-Key'].map((name): AttackCase => ({
      name: `Connection names ${name}, to have a request without a key admitted`,
      run: async (sandbox) => {
        const upstream = await sandbox.prepare({ route: { auth: { mode: 'apiKey' } } });
        expectRefusal(await sandbox.send(connecting(name)(sandbox)), 401, 'key_required');
        assert.equal(upstream.connections, 0);
      },
    })),
  ],
};

/** A handshake whose Connection also names another field. */
function connecting(name: string, changes: Record<string, string> = {}) {
  return (sandbox: Sandbox) => sandbox.handshake('/', { Connection: `Upgrade, ${name}`, ...changes });
}
