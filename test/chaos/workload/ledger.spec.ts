import { beforeEach, expect, test } from 'vitest';
import { Ledger, type Fields } from './ledger.js';

const route = { kind: 'route' as const, tenant: 'acme', id: null, secret: null };

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger();
});

function compare(...found: [name: string, ...states: Fields[]][]): string[] {
  return ledger.compare('route', 'acme', new Map(found.map(([name, ...states]) => [name, states])));
}

test('an accepted write that is missing or has different fields is a violation', () => {
  ledger.add({ ...route, name: 'one' }, { enabled: true });
  expect(compare(['one', { enabled: true, more: 1 }])).toEqual([]);
  expect(compare(['one', { enabled: false }])).toHaveLength(1);
  expect(compare()).toHaveLength(1);
});

test('a deleted resource that still exists, a duplicate resource and an unknown resource are violations', () => {
  ledger.add({ ...route, name: 'gone' }, null);
  ledger.add({ ...route, name: 'one' }, { enabled: true });
  expect(compare(['one', { enabled: true }])).toEqual([]);
  expect(compare(['one', { enabled: true }], ['gone', { enabled: true }])).toHaveLength(1);
  expect(compare(['one', { enabled: true }, { enabled: true }])).toHaveLength(1);
  expect(compare(['one', { enabled: true }], ['unknown', {}])).toHaveLength(1);
});

test('a write without an answer may be stored or not, until the first comparison decides it', () => {
  ledger.add({ ...route, name: 'one' }, { enabled: true }, null);
  expect(compare()).toEqual([]);
  expect(compare(['one', { enabled: true }])).toEqual([]);
  ledger.settle('route', 'acme', new Map([['one', [{ enabled: true }]]]));
  expect(compare()).toHaveLength(1);
});
