import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { badHandshake, admitted, withLines } from '../case-builders.js';
import { expectRefusal } from '../expectations.js';

const disguised: AttackCase[] = ['X_Api_Key', 'x-api_key', 'X.Api.Key'].flatMap((name) => [
  {
    name: `a key in ${name} beside one in X-Api-Key: it is not forwarded`,
    run: async (sandbox) => {
      const [key, other] = [await sandbox.gateway.issueKey(), await sandbox.gateway.issueKey()];
      const sent = withLines(`${name}: ${other}`, `X-Api-Key: ${key}`);
      const route = { auth: { mode: 'apiKey' } };
      await admitted('', sent, { hasNot: [/slc_|api.key/i] }, route).run(sandbox);
    },
  },
  {
    name: `a key in ${name} alone: it admits no client, and is not forwarded if no key is required`,
    run: async (sandbox) => {
      const line = `${name}: ${await sandbox.gateway.issueKey()}`;
      const route = { match: { path: '/closed' }, auth: { mode: 'apiKey' } };
      const upstream = await sandbox.prepare({ route });
      const request = withLines(line)(sandbox).replace('GET / ', 'GET /closed ');
      expectRefusal(await sandbox.send(request), 401, 'key_required');
      assert.equal(upstream.connections, 0);
      await admitted('', withLines(line), { hasNot: [/slc_|api.key/i] }).run(sandbox);
    },
  },
]);

const beside: AttackCase[] = [
  {
    name: "the application's own bearer token beside a key: the token is forwarded, and the key is not",
    run: async (sandbox) => {
      const key = await sandbox.gateway.issueKey();
      const sent = withLines(`X-Api-Key: ${key}`, 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.');
      const expected = {
        has: ['\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n'],
        hasNot: [/slc_|x-api-key/i],
      };
      await admitted('', sent, expected, { auth: { mode: 'apiKey' } }).run(sandbox);
    },
  },
  {
    name: 'two different keys, one of them as a bearer token',
    run: async (sandbox) => {
      const [key, other] = [await sandbox.gateway.issueKey(), await sandbox.gateway.issueKey()];
      const sent = withLines(`X-Api-Key: ${key}`, `Authorization: Bearer ${other}`);
      const upstream = await sandbox.prepare({ route: { auth: { mode: 'apiKey' } } });
      expectRefusal(await sandbox.send(sent(sandbox)), ...badHandshake);
      assert.equal(upstream.connections, 0);
    },
  },
];

export const credentialFields: AttackFamily = {
  name: 'fields with credentials',
  cases: [...disguised, ...beside],
};
