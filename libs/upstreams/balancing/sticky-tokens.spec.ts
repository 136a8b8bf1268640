import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newId, upstreamId, type PublishedStickyKey } from '#libs/contract';
import { StickyTokens } from './sticky-tokens.js';

const urls = ['ws://a.test', 'ws://b.test', 'ws://c.test'];
const [a, b, c] = urls.map((url) => ({ id: upstreamId(url) })) as [Upstream, Upstream, Upstream];
const upstreams = [a, b, c];
const routeId = newId('route');
const key = newKey();

interface Upstream {
  id: string;
}

function newKey(others: Partial<PublishedStickyKey> = {}): PublishedStickyKey {
  const ids = { id: newId('stickyKey'), tenantId: newId('tenant') };
  return { ...ids, secret: randomBytes(32).toString('hex'), previousSecret: null, ...others };
}

function rotated({ secret: previousSecret, ...others }: PublishedStickyKey): PublishedStickyKey {
  return newKey({ ...others, secret: randomBytes(32).toString('hex'), previousSecret });
}

function tokens(
  signedWith = key,
  listed: readonly Upstream[] = upstreams,
  ofRoute = routeId,
): StickyTokens<Upstream> {
  return new StickyTokens(ofRoute, signedWith, listed);
}

function valueOf(upstream: Upstream, of = tokens()): string {
  return of.tokenOf(upstream, [])?.value ?? '';
}

test('a value names its upstream in every gateway with the key, and nothing of it can be read from the value', () => {
  for (const upstream of upstreams) {
    expect(valueOf(upstream)).toMatch(/^[-\w]{43}$/);
    expect(tokens(key, [...upstreams].reverse()).upstreamOf([valueOf(upstream)])).toBe(upstream);
    expect(valueOf(upstream)).not.toContain(upstream.id.slice(4));
  }
  expect(new Set(upstreams.map((upstream) => valueOf(upstream))).size).toBe(3);
});

describe('no upstream is named by', () => {
  const valid = valueOf(a);
  test.each([
    ['an altered value', `${valid.slice(0, -3)}${valid.at(-3) === 'A' ? 'B' : 'A'}${valid.slice(-2)}`],
    ['a value with the same start', valid.slice(0, 11) + 'A'.repeat(32)],
    ['a shorter value', valid.slice(0, -1)],
    ['a longer value', `${valid}A`],
    ['the id of an upstream', a.id],
    ['nothing', ''],
    ['8 KiB', 'A'.repeat(8192)],
    ['other characters', '\xe9'.repeat(43)],
    ['a value of another route', valueOf(a, tokens(key, upstreams, newId('route')))],
    ['a value of another tenant', valueOf(a, tokens(newKey()))],
    ['a value of an upstream that is not listed', valueOf(b, tokens(key, [b]))],
  ])('%s', (_, value) => {
    expect(tokens(key, [a, c]).upstreamOf([value])).toBeNull();
  });
});

test('of several cookies those count that are valid, and none if they name several upstreams', () => {
  const foreign = valueOf(a, tokens(newKey()));
  expect(tokens().upstreamOf([foreign, valueOf(a), 'x', valueOf(a)])).toBe(a);
  expect(tokens().upstreamOf([valueOf(a), valueOf(b)])).toBeNull();
});

test('a client has the token of an upstream only with a cookie that names it, of the present key', () => {
  const foreign = valueOf(a, tokens(newKey()));
  const after = tokens(rotated(key));
  const isKnown = (of: StickyTokens<Upstream>, ...cookies: string[]): boolean | undefined =>
    of.tokenOf(a, cookies)?.isKnown;
  expect(isKnown(tokens(), foreign, valueOf(a))).toBe(true);
  expect(isKnown(tokens(), valueOf(b))).toBe(false);
  expect(isKnown(tokens(), valueOf(a), valueOf(b))).toBe(false);
  expect(isKnown(after, valueOf(a))).toBe(false);
  expect(isKnown(after, valueOf(a, after))).toBe(true);
});

test('after a rotation values of the previous key are accepted, and after the second no longer', () => {
  const value = valueOf(a);
  const once = rotated(key);
  expect(tokens(once).upstreamOf([value])).toBe(a);
  expect(valueOf(a, tokens(once))).not.toBe(value);
  expect(tokens(rotated(once)).upstreamOf([value])).toBeNull();
});
