import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One kind of damage at some place in a JSON value. */
export interface JsonDamage {
  kind: 'replace' | 'remove' | 'rename' | 'add';
  at: number;
  name: string;
  value: Json;
}

const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'id',
    'value',
    '',
    '0',
    'x'.repeat(300),
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** Unexpected JSON: of every type, odd texts, extreme numbers, deeply nested. */
export const strangeJson: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue().map((value) => value as Json) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(
      ...[
        null,
        true,
        0,
        -1,
        0.5,
        -0,
        1e308,
        5e-324,
        2 ** 53,
        -(2 ** 53),
        2 ** 31,
        '',
        ' ',
        '0',
        [],
        {},
        [null],
      ],
      ...[
        '\0',
        '\ud800',
        '\u202e',
        'İ',
        'ﬀ',
        '%00',
        '../..',
        "' OR 1=1 --",
        '\r\nX: y',
        '*',
        '*.',
        '-',
        '.',
        '@',
      ],
      ...['9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z', 'ws://[::1', 'wss://a:b@c', 'x'.repeat(70_000)],
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1000 }).map(nested) },
  { weight: 1, arbitrary: names.map((name) => objectWith({}, name, { polluted: true })) },
);

export const jsonDamages: fc.Arbitrary<JsonDamage> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'add'),
  at: fc.nat(),
  name: names,
  value: strangeJson,
});

/** A damaged copy; the given value is not changed. */
export function damageJson(value: Json, damage: JsonDamage): Json {
  let left = damage.at % countOf(value);
  const visit = (node: Json): Json | undefined => {
    if (left === 0) {
      left -= 1;
      return damaged(node, damage);
    }
    left -= 1;
    if (Array.isArray(node)) return node.map(visit).filter((item) => item !== undefined);
    if (node === null || typeof node !== 'object') return node;
    let copy: { [name: string]: Json } = {};
    for (const [name, child] of Object.entries(node)) {
      const isHit = left === 0;
      const result = visit(child);
      if (result === undefined) continue;
      copy = objectWith(copy, isHit && damage.kind === 'rename' ? damage.name : name, result);
    }
    return copy;
  };
  return visit(value) ?? null;
}

function damaged(node: Json, { kind, name, value }: JsonDamage): Json | undefined {
  switch (kind) {
    case 'replace':
      return value;
    case 'remove':
      return undefined;
    case 'rename':
      return node;
    case 'add':
      if (Array.isArray(node)) return [...node, value];
      return node !== null && typeof node === 'object' ? objectWith(node, name, value) : value;
  }
}

/** Adds an own property of that name, also for `__proto__`. */
function objectWith(fields: { [name: string]: Json }, name: string, value: Json): { [name: string]: Json } {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(fields));
  return Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
}

// Without recursion: several damages nest one deep value in another.
function countOf(value: Json): number {
  let count = 0;
  const left = [value];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    count += 1;
    if (node !== null && typeof node === 'object') left.push(...Object.values(node));
  }
  return count;
}

function nested(depth: number): Json {
  let value: Json = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}
