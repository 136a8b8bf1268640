import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeySource } from '#libs/contract';
import { generateApiKey, generateTicket } from '#libs/credentials';
import {
  findPresentedCredential,
  isCredentialHeader,
  isCredentialProtocol,
  withoutCredentialParameters,
  type CredentialPlaces,
} from './presented-credential.js';

const { key } = generateApiKey();
const { key: otherKey } = generateApiKey();

function placesWith(places: Partial<CredentialPlaces>): CredentialPlaces {
  return { authorization: [], xApiKey: [], query: null, protocols: [], ...places };
}

function keyAuth(...sources: KeySource[]): { mode: 'apiKey'; sources: KeySource[] } {
  return { mode: 'apiKey', sources: sources.length > 0 ? sources : ['header', 'query', 'subprotocol'] };
}

function jwtAuth(...sources: KeySource[]): { mode: 'jwt'; sources: KeySource[] } {
  return { mode: 'jwt', sources: sources.length > 0 ? sources : ['header', 'query', 'subprotocol'] };
}

const noAuth = { mode: 'none' as const, sources: ['header' as const] };

describe('findPresentedCredential', () => {
  test.each<[string, KeySource, Partial<CredentialPlaces>]>([
    ['Authorization', 'header', { authorization: [`Bearer ${key}`] }],
    ['Authorization with another letter case and spaces', 'header', { authorization: [`bEARER   ${key}`] }],
    ['X-Api-Key', 'header', { xApiKey: [key] }],
    ['the query', 'query', { query: `a=1&api_key=${key}&b=2` }],
    ['the query, with the name encoded', 'query', { query: `api%5Fkey=${key}` }],
    ['the query, with the value encoded', 'query', { query: `api_key=%73${key.slice(1)}` }],
    ['a subprotocol', 'subprotocol', { protocols: ['chat', `sluice.key.${key}`] }],
  ])('finds the key in %s', (_, source, places) => {
    expect(findPresentedCredential(placesWith(places), keyAuth())).toEqual({
      ok: true,
      credential: { kind: 'apiKey', value: key, source },
    });
  });

  test.each<[string, Partial<CredentialPlaces>]>([
    ['nothing', {}],
    ['another parameter', { query: `api_keys=${key}&xapi_key=${key}` }],
    ['a parameter that is encoded twice', { query: `api%255Fkey=${key}` }],
    ['Basic credentials of the upstream', { authorization: ['Basic dXNlcjpwYXNz'] }],
    ['other subprotocols', { protocols: ['chat', 'sluice.keys'] }],
  ])('finds no key in %s', (_, places) => {
    expect(findPresentedCredential(placesWith(places), keyAuth())).toEqual({ ok: true, credential: null });
  });

  test.each<[string, Partial<CredentialPlaces>]>([
    ['bearer token', { authorization: ['Bearer wrong'] }],
    ['X-Api-Key', { xApiKey: ['wrong'] }],
    ['parameter', { query: 'api_key=wrong' }],
    ['subprotocol', { protocols: ['sluice.key.wrong'] }],
  ])('treats any value in the place of a key as a key: a wrong %s', (_, places) => {
    expect(findPresentedCredential(placesWith(places), keyAuth())).toMatchObject({
      credential: { value: 'wrong' },
    });
  });

  test.each<[Partial<CredentialPlaces>, string, string]>([
    [{ authorization: [`Bearer ${key}`], xApiKey: [otherKey] }, 'Authorization', 'X-Api-Key'],
    [{ authorization: [`Bearer ${key}`, `Bearer ${otherKey}`] }, 'Authorization', 'Authorization'],
    [{ xApiKey: [key], query: `api_key=${otherKey}` }, 'X-Api-Key', 'api_key'],
    [{ query: `api_key=${key}&api_key=${otherKey}` }, 'api_key', 'api_key'],
    [{ query: `api_key=${key}`, protocols: [`sluice.key.${otherKey}`] }, 'api_key', 'subprotocols'],
    [{ xApiKey: [key], protocols: ['sluice.key.mistyped'] }, 'X-Api-Key', 'subprotocols'],
    [{ authorization: ['Bearer one'], xApiKey: ['another'] }, 'Authorization', 'X-Api-Key'],
  ])('refuses two different credentials and names both places: %#', (places, first, second) => {
    const result = findPresentedCredential(placesWith(places), keyAuth());
    expect(result).toMatchObject({ ok: false, code: 'bad_handshake' });
    expect(result).toHaveProperty('detail', expect.stringMatching(new RegExp(`${first}.* and .*${second}`)));
    expect(JSON.stringify(result)).not.toContain('slc_');
  });

  test('two different keys are refused, even if the route accepts only one of the places', () => {
    const places = placesWith({ xApiKey: [key], query: `api_key=${otherKey}` });
    expect(findPresentedCredential(places, keyAuth('query'))).toMatchObject({
      ok: false,
      code: 'bad_handshake',
    });
    expect(findPresentedCredential(places, noAuth)).toMatchObject({ ok: false, code: 'bad_handshake' });
  });

  test('the same key in several places is accepted', () => {
    const places = placesWith({
      authorization: [`Bearer ${key}`],
      xApiKey: [key, key],
      query: `api_key=${key}`,
      protocols: [`sluice.key.${key}`],
    });
    expect(findPresentedCredential(places, keyAuth())).toMatchObject({ credential: { value: key } });
  });

  test('a key in a place that the route does not accept counts as none', () => {
    const places = placesWith({ query: `api_key=${key}` });
    expect(findPresentedCredential(places, keyAuth('header'))).toEqual({ ok: true, credential: null });
    expect(findPresentedCredential(places, noAuth)).toEqual({ ok: true, credential: null });
  });

  test.each<[KeySource, Partial<CredentialPlaces>]>([
    ['header', { authorization: ['Bearer somebody.else'], xApiKey: [key] }],
    ['header', { authorization: [`Bearer ${key}`], xApiKey: ['somebody.else'] }],
    ['query', { authorization: ['Bearer somebody.else'], query: `api_key=${key}` }],
    ['query', { query: `api_key=somebody.else&api_key=${key}` }],
    ['subprotocol', { authorization: ['Bearer somebody.else'], protocols: [`sluice.key.${key}`] }],
  ])("leaves an upstream's own token alone beside a key in the %s: %j", (source, places) => {
    for (const rules of [keyAuth(), keyAuth(source)]) {
      const credential = { kind: 'apiKey', value: key, source };
      expect(findPresentedCredential(placesWith(places), rules)).toEqual({ ok: true, credential });
    }
  });

  test("an upstream's own token is not taken for a key when the key is in a place that the route does not accept", () => {
    const places = placesWith({ authorization: ['Bearer somebody.else'], query: `api_key=${key}` });
    expect(findPresentedCredential(places, keyAuth('header'))).toEqual({ ok: true, credential: null });
  });
});

describe('credentials that are not forwarded', () => {
  test.each<[string, string, boolean]>([
    ['Authorization', `Bearer ${key}`, true],
    ['authorization', key, true],
    ['AUTHORIZATION', `Basic x, Bearer ${key}`, true],
    ['X-API-Key', key, true],
    ['Authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoic2xjXyJ9.a-slc_b', false],
    ['X-Api-Key', 'of-the-upstream', false],
    ['X-Other', key, false],
  ])('the field %s: %s is removed: %s', (name, value, isKept) => {
    expect(isCredentialHeader([name, value], noAuth)).toBe(isKept);
  });

  test.each([
    [`sluice.key.${key}`, true],
    [`Sluice.Key.${key}`, true],
    ['sluice.key.', true],
    ['sluice.keys', false],
    ['chat', false],
  ])('the subprotocol %s is removed: %s', (protocol, isKept) => {
    expect(isCredentialProtocol(protocol)).toBe(isKept);
  });
});

describe('withoutCredentialParameters', () => {
  test.each<[string | null, string | null]>([
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
    expect(withoutCredentialParameters(query, keyAuth())).toBe(expected);
  });

  test('the rest of the query is unchanged, wherever the key was', () => {
    const parameter = fc
      .string({ unit: fc.constantFrom('a', '=', '%', '2', '5', '_', '+', ';') })
      .filter((text) => !text.includes('api_key'));
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 1 }), fc.nat(), (parameters, position) => {
        const at = position % (parameters.length + 1);
        const withKey = parameters.toSpliced(at, 0, `api_key=${key}`).join('&');
        expect(withoutCredentialParameters(withKey, keyAuth())).toBe(parameters.join('&'));
      }),
    );
  });

  test('no key that a route would accept goes upstream', () => {
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
        expect(findPresentedCredential(placesWith({ query }), keyAuth())).toMatchObject({
          credential: { value: key },
        });
        expect(withoutCredentialParameters(query, keyAuth())).toBe('a=1');
      }),
    );
  });
});

describe('on a route that accepts tokens', () => {
  const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
  const other = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJiIn0.c2ln';

  test.each<[string, KeySource, Partial<CredentialPlaces>]>([
    ['Authorization', 'header', { authorization: [`Bearer ${token}`] }],
    ['the query', 'query', { query: `a=1&access_token=${token}` }],
    ['the query, with the name encoded', 'query', { query: `access%5Ftoken=${token}` }],
    ['a subprotocol', 'subprotocol', { protocols: ['chat', `Sluice.JWT.${token}`] }],
  ])('finds the token in %s, and none in places that the route does not accept', (_, source, places) => {
    const credential = { kind: 'jwt', value: token, source };
    expect(findPresentedCredential(placesWith(places), jwtAuth())).toEqual({ ok: true, credential });
    const elsewhere = jwtAuth(source === 'header' ? 'query' : 'header');
    expect(findPresentedCredential(placesWith(places), elsewhere)).toEqual({ ok: true, credential: null });
    expect(findPresentedCredential(placesWith(places), noAuth)).toEqual({ ok: true, credential: null });
  });

  test.each<Partial<CredentialPlaces>>([
    { authorization: [`Bearer ${token}`], query: `access_token=${other}` },
    { query: `access_token=${token}&access_token=${other}` },
    { authorization: [`Bearer ${token}`], query: `api_key=${key}` },
    { protocols: [`sluice.jwt.${token}`, `sluice.key.${key}`] },
  ])('refuses two different credentials: %#', (places) => {
    const result = findPresentedCredential(placesWith(places), jwtAuth());
    expect(result).toMatchObject({ ok: false, code: 'bad_handshake' });
    expect(JSON.stringify(result)).not.toContain('eyJ');
  });

  test('tokens that the route accepts do not go upstream, and those of the upstream do', () => {
    const field = ['Authorization', `Bearer ${token}`] as const;
    expect(isCredentialHeader(field, jwtAuth())).toBe(true);
    expect(isCredentialHeader(['Authorization', 'Basic dXNlcjpwYXNz'], jwtAuth())).toBe(false);
    expect(isCredentialHeader(field, jwtAuth('query'))).toBe(false);
    expect(isCredentialHeader(field, keyAuth())).toBe(false);
    const query = `access%5ftoken=${token}&a=%7e`;
    expect(withoutCredentialParameters(query, jwtAuth())).toBe('a=%7e');
    expect(withoutCredentialParameters(query, jwtAuth('header'))).toBe(query);
    expect(withoutCredentialParameters(query, keyAuth())).toBe(query);
    expect(withoutCredentialParameters(`api_key=${key}`, jwtAuth())).toBeNull();
    expect(isCredentialProtocol(`sluice.jwt.${token}`)).toBe(true);
  });
});

describe('on a route that accepts keys, a ticket replaces a key and', () => {
  const { ticket } = generateTicket();

  test.each<[KeySource, Partial<CredentialPlaces>]>([
    ['query', { query: `a=1&ticket=${ticket}` }],
    ['query', { query: `%74icket=%73${ticket.slice(1)}` }],
    ['subprotocol', { protocols: ['chat', `sluice.ticket.${ticket}`] }],
  ])('is found in the %s: %#', (source, places) => {
    const credential = { kind: 'ticket', value: ticket, source };
    expect(findPresentedCredential(placesWith(places), keyAuth())).toEqual({ ok: true, credential });
    for (const elsewhere of [keyAuth('header'), jwtAuth(), noAuth]) {
      expect(findPresentedCredential(placesWith(places), elsewhere)).toEqual({ ok: true, credential: null });
    }
  });

  test("an upstream's own ticket goes upstream", () => {
    const query = `ticket=ST-1-of-the-upstream&api_key=${key}`;
    const credential = { kind: 'apiKey', value: key, source: 'query' };
    expect(findPresentedCredential(placesWith({ query }), keyAuth())).toEqual({ ok: true, credential });
    expect(withoutCredentialParameters(query, keyAuth())).toBe('ticket=ST-1-of-the-upstream');
  });

  test('a ticket beside a key or another ticket is refused', () => {
    for (const query of [
      `ticket=${ticket}&api_key=${key}`,
      `ticket=${ticket}&ticket=${generateTicket().ticket}`,
    ]) {
      expect(findPresentedCredential(placesWith({ query }), keyAuth())).toMatchObject({
        code: 'bad_handshake',
      });
    }
  });

  test('a ticket does not go upstream, from any place on any route', () => {
    for (const rules of [keyAuth(), jwtAuth(), noAuth]) {
      expect(withoutCredentialParameters(`a&ticket=${ticket}`, rules)).toBe('a');
      expect(withoutCredentialParameters(`api_key=${ticket}`, rules)).toBeNull();
      expect(isCredentialHeader(['Authorization', `Bearer ${ticket}`], rules)).toBe(true);
    }
    expect(isCredentialProtocol(`sluice.ticket.${ticket}`)).toBe(true);
  });
});
