import { describe, expect, test } from 'vitest';
import { storedRouteSchema, type HashKey } from '#libs/contract';
import { hashKeyOf, type BalancedRequest } from './hash-key.js';

const hashKeySchema = storedRouteSchema.shape.hashKey;

function hashKey(fields: object): HashKey | null {
  return hashKeySchema.parse(fields);
}

function request(fields: Partial<BalancedRequest['request']> = {}): BalancedRequest {
  return { clientAddress: '192.0.2.77', request: { headers: [], path: '/', rawQuery: null, ...fields } };
}

const address = hashKeyOf(hashKey({ from: 'clientAddress' }), request());

describe('a request is hashed by', () => {
  test.each<[string, object, Partial<BalancedRequest['request']>, string]>([
    [
      'a header field, in any letter case',
      { from: 'header', name: 'X-Room' },
      { headers: [['x-room', 'a']] },
      'a',
    ],
    [
      'all header fields of a name',
      { from: 'header', name: 'X-Room' },
      {
        headers: [
          ['X-Room', 'a'],
          ['X-Room', 'b'],
        ],
      },
      'a,b',
    ],
    ['a cookie', { from: 'cookie', name: 'sid' }, { headers: [['Cookie', 'xsid=1; sid=2=3; sid=4']] }, '2=3'],
    ['a query parameter', { from: 'query', name: 'room' }, { rawQuery: 'a=1&room=x%2Fy&room=z' }, 'x/y'],
    ['a segment of the path', { from: 'pathSegment', segment: 1 }, { path: '/rooms/7/ws' }, '7'],
  ])('%s', (_, fields, parts, expected) => {
    expect(hashKeyOf(hashKey(fields), request(parts))).toBe(expected);
  });

  test('the network of its client', () => {
    const ofNetwork = hashKey({ from: 'clientAddress', ipv4PrefixLength: 24 });
    const other = { ...request(), clientAddress: '192.0.2.1' };
    expect(hashKeyOf(ofNetwork, other)).toBe(hashKeyOf(ofNetwork, request()));
    expect(hashKeyOf(null, request())).toBe(address);
  });
});

test.each<[string, object, Partial<BalancedRequest['request']>]>([
  ['header field', { from: 'header', name: 'X-Room' }, { headers: [['X-Other', 'a']] }],
  ['cookie', { from: 'cookie', name: 'sid' }, { headers: [['Cookie', 'sid=; sid2=1; ;=']] }],
  ['query', { from: 'query', name: 'room' }, {}],
  ['query parameter', { from: 'query', name: 'room' }, { rawQuery: 'room&%=%zz' }],
  ['segment', { from: 'pathSegment', segment: 3 }, { path: '/rooms/7' }],
])('a request without the %s is hashed by the address of its client', (_, fields, parts) => {
  expect(hashKeyOf(hashKey(fields), request(parts))).toBe(address);
});
