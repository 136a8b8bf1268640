import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  mergePatch,
  patchSchemaOf,
  routeCreateSchema,
  tenantCreateSchema,
  type RouteCreate,
} from './index.js';

type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [name: string]: Json;
}

describe('a merge patch', () => {
  // RFC 7396, appendix A, except those whose result is not an object, which no resource can become.
  test.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'foo' }, ['c'], ['c']],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j is %j', (target, patch, result) => {
    expect(mergePatch(null, target, patch)).toEqual(result);
  });

  test('maps with any content are merged by RFC 7396', () => {
    fc.assert(
      fc.property(objects, objects, (target, patch) => {
        expect(mergePatch(anyMap, target, patch)).toEqual(mergedByRfc(target, patch));
      }),
    );
  });

  test('objects are merged by RFC 7396, except that null sets a declared field to null and does not remove it', () => {
    fc.assert(
      fc.property(shapes, objects, objects, (schema, target, patch) => {
        const merged = mergePatch(schema, target, patch);
        expect(withoutNulls(merged)).toEqual(withoutNulls(mergedByRfc(target, patch)));
      }),
    );
  });

  test('a patch is idempotent, and an empty one changes nothing', () => {
    fc.assert(
      fc.property(shapes, objects, objects, (schema, target, patch) => {
        const once = mergePatch(schema, target, patch);
        expect(mergePatch(schema, once, patch)).toEqual(once);
        expect(mergePatch(schema, target, {})).toEqual(target);
      }),
    );
  });

  test('a patch modifies neither its target nor the prototype of objects', () => {
    const target: object = Object.freeze({ set: Object.freeze({ a: '1' }) });
    mergePatch(null, target, JSON.parse('{"__proto__":{"polluted":1},"set":{"__proto__":{"polluted":1}}}'));
    expect(target).toEqual({ set: { a: '1' } });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('a patch of a route', () => {
  test('a patch of the differences turns any route into any other one', () => {
    fc.assert(
      fc.property(routes, routes, (current, wanted) => {
        expect(patchedRoute(current, differenceOf(current, wanted))).toEqual(wanted);
      }),
    );
  });

  test('a patch keeps the fields that it does not name, within maps and nullable objects too', () => {
    const jwt = {
      ...tokens,
      requiredClaims: { plan: 'pro' },
      algorithms: ['ES256'],
      clockToleranceSeconds: 5,
    };
    const current = routeCreateSchema.parse({
      ...minimal,
      auth: { mode: 'jwt', jwt },
      requestHeaders: { set: { 'X-A': '1', 'X-B': '2' }, remove: ['X-C'] },
    });
    const patch = {
      auth: { jwt: { issuer: 'https://other.test', audience: ['b'], requiredClaims: { team: 'a' } } },
      requestHeaders: { set: { 'X-D': '4', 'X-B': null } },
    };
    expect(patchedRoute(current, patch)).toEqual({
      ...current,
      auth: {
        ...current.auth,
        jwt: {
          ...current.auth.jwt,
          issuer: 'https://other.test',
          audience: ['b'],
          requiredClaims: { plan: 'pro', team: 'a' },
        },
      },
      requestHeaders: { set: { 'X-A': '1', 'X-D': '4' }, remove: ['X-C'] },
    });
  });

  test('a patch fills in the defaults of an object that it creates, and removes one with null', () => {
    const plain = routeCreateSchema.parse(minimal);
    const withTokens = patchedRoute(plain, { auth: { mode: 'jwt', jwt: tokens } });
    expect(withTokens.auth.jwt).toMatchObject({
      requiredClaims: {},
      algorithms: ['RS256', 'ES256', 'EdDSA'],
    });
    expect(patchedRoute(withTokens, { auth: { mode: 'apiKey', jwt: null } })).toEqual(plain);
  });

  test('no default is filled in before the merge', () => {
    const patch = { timeouts: {}, auth: { jwt: { issuer: 'a' } }, requestHeaders: { set: { 'X-A': null } } };
    expect(patchSchemaOf(routeCreateSchema).parse(patch)).toEqual(patch);
  });

  test.each([
    [{ auth: { jwt: null } }, null],
    [{ timeouts: { idleMs: null } }, null],
    [{ requestHeaders: { set: { 'X-A': null } } }, null],
    [{ auth: { jwt: { requiredClaims: { plan: null } } } }, null],
    [{ auth: null }, 'auth'],
    [{ name: null }, 'name'],
    [{ timeouts: { connectMs: null } }, 'timeouts.connectMs'],
    [{ requestHeaders: { set: null } }, 'requestHeaders.set'],
    [{ requestHeaders: { remove: [null] } }, 'requestHeaders.remove.0'],
    [{ auth: { jwt: { requiredClaims: null } } }, 'auth.jwt.requiredClaims'],
    [{ auth: { jwt: { isuer: 'a' } } }, 'auth.jwt'],
  ])('%j has its mistake at %s', (patch, path) => {
    const issue = patchSchemaOf(routeCreateSchema).safeParse(patch).error?.issues[0];
    expect(issue?.path.join('.') ?? null).toBe(path);
  });
});

test('an unknown field of a patch is named, also a nested one', () => {
  const result = patchSchemaOf(tenantCreateSchema).safeParse({ limits: { maxConections: 1 } });
  expect(result.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', path: ['limits'] });
});

const minimal = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5:9000' }] };
const tokens = { issuer: 'https://id.test', audience: ['chat'], jwksUrl: 'https://id.test/keys' };

const names = fc.constantFrom('a', 'b', 'c', '__proto__');
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(null, null, true, 7, 'x'),
    fc.array(tie('json'), { maxLength: 2 }),
    fc.dictionary(names, tie('json'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const objects = fc.dictionary(names, json, { maxKeys: 3, noNullPrototype: true });

const anyMap = z.record(z.string(), z.unknown());
// Schemas that name some of the fields; how the others are merged is not up to them.
const { shapes } = fc.letrec<{ shapes: z.ZodType }>((tie) => ({
  shapes: fc.oneof(
    { depthSize: 'small' },
    fc.constant<z.ZodType>(z.unknown()),
    tie('shapes').map((value) => z.record(z.string(), value)),
    fc
      .record({ a: tie('shapes'), b: tie('shapes') })
      .map(({ a, b }) => z.object({ a: a.nullable().default(null), b: b.optional() }).nullable()),
  ),
}));

const headerNames = fc.constantFrom('X-A', 'X-B', 'X-C');
const jwts = fc.record({
  issuer: fc.constantFrom('https://a.test', 'https://b.test'),
  audience: fc.constant(['chat']),
  jwksUrl: fc.constant(tokens.jwksUrl),
  requiredClaims: fc.dictionary(fc.constantFrom('plan', 'team'), fc.constantFrom('x', 7, true)),
  clockToleranceSeconds: fc.nat(300),
});
const routes = fc
  .record({
    name: fc.constantFrom('', 'chat'),
    upstreams: fc.subarray([{ url: 'ws://10.0.0.5' }, { url: 'ws://10.0.0.6' }], { minLength: 1 }),
    maxConnections: fc.option(fc.nat()),
    timeouts: fc.record({ idleMs: fc.option(fc.constantFrom(1, 2)), connectMs: fc.constantFrom(1, 2) }),
    requestHeaders: fc.record({
      set: fc.dictionary(headerNames, fc.constantFrom('1', '2')),
      remove: fc.constantFrom([], ['X-D']),
    }),
    auth: fc
      .option(jwts)
      .map((jwt) => (jwt === null ? { mode: 'apiKey' } : { mode: 'jwt', jwt, sources: ['header'] })),
  })
  .map((fields) => routeCreateSchema.parse({ ...minimal, ...fields }));

function patchedRoute(current: RouteCreate, patch: unknown): RouteCreate {
  const parsed = patchSchemaOf(routeCreateSchema).parse(patch);
  return routeCreateSchema.parse(mergePatch(routeCreateSchema, current, parsed));
}

/** The algorithm of RFC 7396 §2, line by line. */
function mergedByRfc(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = copyOf(isObject(target) ? target : {});
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else define(result, name, mergedByRfc(Object.getOwnPropertyDescriptor(result, name)?.value, value));
  }
  return result;
}

/** A patch that makes `wanted` of `current`, as a client would make it. */
function differenceOf(current: object, wanted: object): object {
  const difference = {};
  const before = new Map(Object.entries(current));
  for (const [name, value] of Object.entries(wanted)) {
    const old: unknown = before.get(name);
    before.delete(name);
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    define(difference, name, isObject(old) && isObject(value) ? differenceOf(old, value) : value);
  }
  for (const name of before.keys()) define(difference, name, null);
  return difference;
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  const result = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== null) define(result, name, withoutNulls(member));
  }
  return result;
}

function copyOf(object: object): object {
  return Object.defineProperties({}, Object.getOwnPropertyDescriptors(object));
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
