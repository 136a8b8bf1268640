import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateApiKey } from '#libs/api-keys';
import type { KeySource } from '#libs/contract';
import {
  findPresentedKey,
  isKeyHeader,
  isKeyProtocol,
  withoutApiKeyParameter,
  type KeyPlaces,
} from './presented-key.js';

const { key } = generateApiKey();
const { key: otherKey } = generateApiKey();

function placesWith(places: Partial<KeyPlaces>): KeyPlaces {
  return { authorization: [], xApiKey: [], query: null, protocols: [], ...places };
}

function keyAuth(...sources: KeySource[]): { mode: 'apiKey'; sources: KeySource[] } {
  return { mode: 'apiKey', sources: sources.length > 0 ? sources : ['header', 'query', 'subprotocol'] };
}

const noAuth = { mode: 'none' as const, sources: ['header' as const] };

describe('findPresentedKey', () => {
  it.each<[string, KeySource, Partial<KeyPlaces>]>([
    ['Authorization', 'header', { authorization: [`Bearer ${key}`] }],
    ['Authorization with another letter case and spaces', 'header', { authorization: [`bEARER   ${key}`] }],
    ['X-Api-Key', 'header', { xApiKey: [key] }],
    ['the query', 'query', { query: `a=1&api_key=${key}&b=2` }],
    ['the query, with the name encoded', 'query', { query: `api%5Fkey=${key}` }],
    ['the query, with the value encoded', 'query', { query: `api_key=%73${key.slice(1)}` }],
    ['a subprotocol', 'subprotocol', { protocols: ['chat', `sluice.key.${key}`] }],
  ])('finds the key in %s', (_, source, places) => {
    expect(findPresentedKey(placesWith(places), keyAuth())).toEqual({ ok: true, key, source });
  });

  it.each<[string, Partial<KeyPlaces>]>([
    ['nothing', {}],
    ['another parameter', { query: `api_keys=${key}&xapi_key=${key}` }],
    ['a parameter that is encoded twice', { query: `api%255Fkey=${key}` }],
    ['Basic credentials of the upstream', { authorization: ['Basic dXNlcjpwYXNz'] }],
    ['other subprotocols', { protocols: ['chat', 'sluice.keys'] }],
  ])('finds no key in %s', (_, places) => {
    expect(findPresentedKey(placesWith(places), keyAuth())).toEqual({ ok: true, key: null, source: null });
  });

  it.each<[string, Partial<KeyPlaces>]>([
    ['bearer token', { authorization: ['Bearer wrong'] }],
    ['X-Api-Key', { xApiKey: ['wrong'] }],
    ['parameter', { query: 'api_key=wrong' }],
    ['subprotocol', { protocols: ['sluice.key.wrong'] }],
  ])('takes what stands in the place of a key for one: a wrong %s', (_, places) => {
    expect(findPresentedKey(placesWith(places), keyAuth())).toMatchObject({ ok: true, key: 'wrong' });
  });

  it.each<[Partial<KeyPlaces>, string, string]>([
    [{ authorization: [`Bearer ${key}`], xApiKey: [otherKey] }, 'Authorization', 'X-Api-Key'],
    [{ authorization: [`Bearer ${key}`, `Bearer ${otherKey}`] }, 'Authorization', 'Authorization'],
    [{ xApiKey: [key], query: `api_key=${otherKey}` }, 'X-Api-Key', 'api_key'],
    [{ query: `api_key=${key}&api_key=${otherKey}` }, 'api_key', 'api_key'],
    [{ query: `api_key=${key}`, protocols: [`sluice.key.${otherKey}`] }, 'api_key', 'subprotocols'],
    [{ authorization: ['Bearer somebody.else'], query: `api_key=${key}` }, 'Authorization', 'api_key'],
  ])('refuses two different credentials and names both places: %#', (places, first, second) => {
    const result = findPresentedKey(placesWith(places), keyAuth());
    expect(result).toMatchObject({ ok: false, code: 'bad_handshake' });
    expect(result).toHaveProperty('detail', expect.stringMatching(new RegExp(`${first}.* and .*${second}`)));
    expect(JSON.stringify(result)).not.toContain('slc_');
  });

  it('refuses two different keys even where the route looks at one of the places only', () => {
    const places = placesWith({ xApiKey: [key], query: `api_key=${otherKey}` });
    expect(findPresentedKey(places, keyAuth('query'))).toMatchObject({ ok: false, code: 'bad_handshake' });
    expect(findPresentedKey(places, noAuth)).toMatchObject({ ok: false, code: 'bad_handshake' });
  });

  it('takes the same key in several places', () => {
    const places = placesWith({
      authorization: [`Bearer ${key}`],
      xApiKey: [key, key],
      query: `api_key=${key}`,
      protocols: [`sluice.key.${key}`],
    });
    expect(findPresentedKey(places, keyAuth())).toMatchObject({ ok: true, key });
  });

  it('counts a key in a place where the route does not look as none', () => {
    const places = placesWith({ query: `api_key=${key}` });
    expect(findPresentedKey(places, keyAuth('header'))).toEqual({ ok: true, key: null, source: null });
    expect(findPresentedKey(places, noAuth)).toEqual({ ok: true, key: null, source: null });
  });

  it("leaves an upstream's own credential alone beside a key from another place", () => {
    const places = placesWith({ authorization: ['Bearer somebody.else'], query: `api_key=${key}` });
    expect(findPresentedKey(places, keyAuth('query'))).toEqual({ ok: true, key, source: 'query' });
  });
});

describe('what does not go upstream', () => {
  it.each<[string, string, boolean]>([
    ['Authorization', `Bearer ${key}`, true],
    ['authorization', key, true],
    ['AUTHORIZATION', `Basic x, Bearer ${key}`, true],
    ['X-API-Key', key, true],
    ['Authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoic2xjXyJ9.a-slc_b', false],
    ['X-Api-Key', 'of-the-upstream', false],
    ['X-Other', key, false],
  ])('the field %s: %s is kept back: %s', (name, value, isKept) => {
    expect(isKeyHeader([name, value])).toBe(isKept);
  });

  it.each([
    [`sluice.key.${key}`, true],
    [`Sluice.Key.${key}`, true],
    ['sluice.key.', true],
    ['sluice.keys', false],
    ['chat', false],
  ])('the subprotocol %s is kept back: %s', (protocol, isKept) => {
    expect(isKeyProtocol(protocol)).toBe(isKept);
  });
});

describe('withoutApiKeyParameter', () => {
  it.each<[string | null, string | null]>([
    [null, null],
    ['', ''],
    [`api_key=${key}`, null],
    [`api_key=${key}&api%5fkey=${key}`, null],
    [`a=1&api_key=${key}&b=%7e&&c`, 'a=1&b=%7e&&c'],
    [`&api_key=${key}`, ''],
    [`%61pi_key=${key}&a`, 'a'],
    [`api_key=%73${key.slice(1)}&a`, 'a'],
    [`api_key==${key}&a`, 'a'],
    ['api_key=of-the-upstream&a=%', 'api_key=of-the-upstream&a=%'],
    [`my_api_key=${key}`, `my_api_key=${key}`],
  ])('%s becomes %s', (query, expected) => {
    expect(withoutApiKeyParameter(query)).toBe(expected);
  });

  it('leaves any other query byte for byte, wherever the key was put in', () => {
    const parameter = fc
      .string({ unit: fc.constantFrom('a', '=', '%', '2', '5', '_', '+', ';') })
      .filter((text) => !text.includes('api_key'));
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 1 }), fc.nat(), (parameters, position) => {
        const at = position % (parameters.length + 1);
        const withKey = parameters.toSpliced(at, 0, `api_key=${key}`).join('&');
        expect(withoutApiKeyParameter(withKey)).toBe(parameters.join('&'));
      }),
    );
  });

  it('never lets through a key that a route would accept', () => {
    const anyCase = fc.constantFrom('api_key', 'api%5Fkey', '%61%70%69_key', 'api%5fke%79');
    const encoded = fc.constantFrom(
      key,
      `%73${key.slice(1)}`,
      `slc%5F${key.slice(4)}`,
      ` ${key}`,
      `%20${key}`,
    );
    fc.assert(
      fc.property(anyCase, encoded, (name, value) => {
        const query = `a=1&${name}=${value}`;
        expect(findPresentedKey(placesWith({ query }), keyAuth())).toMatchObject({ ok: true, key });
        expect(withoutApiKeyParameter(query)).toBe('a=1');
      }),
    );
  });
});
