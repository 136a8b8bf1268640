import { expect, test } from 'vitest';
import type { Explanation } from './explanation.js';
import { explanationLines } from './explanation-lines.js';

const allowed: Explanation = {
  gatewayId: 'gtw_1',
  verdict: { allowed: true, status: 101, code: null, detail: null, cause: null },
  steps: ['parse', 'loop', 'match', 'tenant', 'credential', 'limits', 'upstream', 'address'].map((step) => ({
    step,
    outcome: 'passed',
  })),
  request: { host: 'chat.acme.example', path: '/socket' },
  route: { id: 'rte_1', name: 'chat' },
  tenant: { slug: 'acme', status: 'active' },
  credential: { mode: 'apiKey', kind: 'apiKey', source: 'header', keyId: 'key_1', keyName: 'web' },
  limits: {
    connections: [
      { limit: 'tenant', count: 3, ceiling: 100 },
      { limit: 'key', count: null, ceiling: null },
    ],
  },
  upstreams: [
    { ...upstream('ws://b.example', null), state: 'down', isFull: true, addresses: null },
    upstream('ws://c.example', 1),
    upstream('ws://a.example', 0),
  ],
};

test('an allowed request has what the gateway found in each step', () => {
  expect(explanationLines(allowed)).toEqual([
    'allowed: the gateway would dial an upstream',
    'gateway: gtw_1',
    '',
    '  parse       passed  host chat.acme.example, path /socket',
    '  loop        passed',
    '  match       passed  route chat (rte_1) of acme',
    '  tenant      passed  active',
    '  credential  passed  apiKey web (key_1) in the header',
    '  limits      passed  tenant 3 of 100, key ? of any number',
    '  upstream    passed  ws://a.example (active, healthy), ws://c.example (active, healthy), ' +
      'ws://b.example (down, healthy, full, not tried)',
    '  address     passed  10.0.0.5 allowed, 10.0.0.6 forbidden, 10.0.0.5 allowed, 10.0.0.6 forbidden',
  ]);
});

test('a refused request has its code, detail and cause, and nothing about the steps after the refusal', () => {
  const refused: Explanation = {
    ...allowed,
    verdict: {
      allowed: false,
      status: 403,
      code: 'origin_forbidden',
      detail: 'not in the list',
      cause: 'Origin x',
    },
    steps: [
      { step: 'match', outcome: 'passed' },
      { step: 'tenant', outcome: 'refused' },
      { step: 'credential', outcome: 'notReached' },
    ],
  };
  expect(explanationLines(refused)).toEqual([
    'refused: 403 origin_forbidden: not in the list',
    'cause: Origin x',
    'gateway: gtw_1',
    '',
    '  match       passed       route chat (rte_1) of acme',
    '  tenant      REFUSED      active',
    '  credential  not reached',
  ]);
});

test.each([
  [{ mode: 'none' }, 'none required'],
  [{ mode: 'jwt' }, 'none presented, jwt required'],
  [{ mode: 'apiKey', kind: 'ticket', source: 'query' }, 'ticket in the query'],
  [
    { mode: 'apiKey', kind: 'apiKey', source: 'query', keyId: 'key_1', keyName: '' },
    'apiKey key_1 in the query',
  ],
])('the credential %j is "%s"', (given, expected) => {
  const credential = { kind: null, source: null, keyId: null, keyName: null, ...given };
  const steps = [{ step: 'credential', outcome: 'passed' }];
  expect(explanationLines({ ...allowed, credential, steps }).at(-1)).toBe(
    `  credential  passed  ${expected}`,
  );
});

function upstream(url: string, turn: number | null): NonNullable<Explanation['upstreams']>[number] {
  return {
    url,
    state: 'active',
    health: 'healthy',
    isFull: false,
    turn,
    addresses: [
      { address: '10.0.0.5', allowed: true },
      { address: '10.0.0.6', allowed: false },
    ],
  };
}
