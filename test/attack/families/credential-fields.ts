import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { badHandshake, letIn, withLines } from '../case-builders.js';
import { expectRefusal } from '../expectations.js';

const disguised: AttackCase[] = ['X_Api_Key', 'x-api_key', 'X.Api.Key'].flatMap((name) => [
  {
    name: `a key in ${name} beside one in X-Api-Key: it stays here`,
    run: async (arena) => {
      const [key, other] = [await arena.gateway.issueKey(), await arena.gateway.issueKey()];
      const sent = withLines(`${name}: ${other}`, `X-Api-Key: ${key}`);
      const route = { auth: { mode: 'apiKey' } };
      await letIn('', sent, { hasNot: [/slc_|api.key/i] }, route).run(arena);
    },
  },
  {
    name: `a key in ${name} alone: it lets nobody in, and stays here where nothing is asked for`,
    run: async (arena) => {
      const line = `${name}: ${await arena.gateway.issueKey()}`;
      const route = { match: { path: '/closed' }, auth: { mode: 'apiKey' } };
      const upstream = await arena.prepare({ route });
      const request = withLines(line)(arena).replace('GET / ', 'GET /closed ');
      expectRefusal(await arena.send(request), 401, 'key_required');
      assert.equal(upstream.connections, 0);
      await letIn('', withLines(line), { hasNot: [/slc_|api.key/i] }).run(arena);
    },
  },
]);

const beside: AttackCase[] = [
  {
    name: "the application's own bearer token beside a key: it goes upstream, and the key does not",
    run: async (arena) => {
      const key = await arena.gateway.issueKey();
      const sent = withLines(`X-Api-Key: ${key}`, 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.');
      const arrived = {
        has: ['\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n'],
        hasNot: [/slc_|x-api-key/i],
      };
      await letIn('', sent, arrived, { auth: { mode: 'apiKey' } }).run(arena);
    },
  },
  {
    name: 'two different keys, one of them as a bearer token',
    run: async (arena) => {
      const [key, other] = [await arena.gateway.issueKey(), await arena.gateway.issueKey()];
      const sent = withLines(`X-Api-Key: ${key}`, `Authorization: Bearer ${other}`);
      const upstream = await arena.prepare({ route: { auth: { mode: 'apiKey' } } });
      expectRefusal(await arena.send(sent(arena)), ...badHandshake);
      assert.equal(upstream.connections, 0);
    },
  },
];

export const credentialFields: AttackFamily = {
  name: 'fields with credentials',
  cases: [...disguised, ...beside],
};
