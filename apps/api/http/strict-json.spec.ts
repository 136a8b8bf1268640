import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFaultError, parseStrictJson, type JsonFault } from './strict-json.js';

describe('strict JSON', () => {
  test('equals the result of JSON.parse if it is accepted', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        if (faultsOf(text).length === 0) expect(parseStrictJson(text)).toEqual(JSON.parse(text));
        else expect(text).toMatch(/__proto__/);
      }),
    );
  });

  test('accepts nothing that is not JSON', () => {
    const damage = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('"', '\\', '{', '}', '[', ',', ':', '-', '0', '.', ''),
    );
    fc.assert(
      fc.property(damage, ([text, at, other]) => {
        const place = at % text.length;
        const damaged = text.slice(0, place) + other + text.slice(place + 1);
        if (!isJson(damaged)) expect(faultsOf(damaged)).toMatchObject([{ kind: 'syntax' }]);
      }),
      { numRuns: 2000 },
    );
  });

  test('accepts the same name in different objects, but not twice in one object', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.array(names, { maxLength: 4 }), names, fc.nat(4), (before, name, depth) => {
        const inner = `{${[...before, name, name].map((field) => `"${field}":{"${field}":1}`).join()}}`;
        const text = '{"a":['.repeat(depth) + inner + ']}'.repeat(depth);
        const path = Array.from({ length: depth }, () => ['a', 0]).flat();
        const paths = faultsOf(text).map((fault) => fault.path);
        expect(paths).toContainEqual([...path, name]);
        expect(paths).toHaveLength(before.length + 2 - new Set([...before, name]).size);
      }),
    );
  });

  test.each<[string, JsonFault['kind'], string]>([
    ['{"a":1,"a":1}', 'syntax', 'a'],
    ['{"a":1,"\\u0061":1}', 'syntax', 'a'],
    ['{"a":{"b":"\\ud83d"}}', 'syntax', 'a.b'],
    ['{"a":["","\\ude00\\ud83d"]}', 'syntax', 'a.1'],
    ['{"a":{"\\ud83d":1}}', 'syntax', 'a.\ud83d'],
    ['{"a":-0}', 'value', 'a'],
    ['{"a":[-0.0,1]}', 'value', 'a.0'],
    ['{"a":-0e7}', 'value', 'a'],
    ['{"a":{"__proto__":{}}}', 'value', 'a.__proto__'],
    ['{"a":{"\\u005f_proto__":{}}}', 'value', 'a.__proto__'],
  ])('refuses %s', (text, kind, path) => {
    expect(faultsOf(text).map((fault) => [fault.kind, fault.path.join('.')])).toEqual([[kind, path]]);
  });

  test('accepts surrogate pairs, and zeros that are not -0', () => {
    const text = '{"a":"\\ud83d\\ude00 😀","constructor":0,"b":[0.5,-1,1e-9,-0.5]}';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['{"a":1,}', 7, 'comma'],
    ['{"a":1 "b":2}', 7, '","'],
    ['{"a" 1}', 5, '":"'],
    ['{"a":tru}', 5, 'value'],
    ["{'a':1}", 1, 'value'],
    ['{"a":"b', 5, 'quote'],
    ['{"a":"\t"}', 5, 'escaped'],
    ['{"a":"\\x"}', 5, 'escape'],
    ['{"a":1}}', 7, 'nothing'],
    ['{"a":1', 6, '"}"'],
    ['// a\n{}', 0, 'comments'],
  ])('reports the position of the syntax error in %s, and the expected token', (text, offset, word) => {
    const [fault] = faultsOf(text);
    expect(fault).toMatchObject({ kind: 'syntax', offset });
    expect(fault?.message).toContain(word);
  });

  test('refuses a text with more than 64 levels, since values are traversed by recursion', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(faultsOf(nested(64))).toEqual([]);
    for (const text of [nested(65), nested(200_000), '{"a":'.repeat(200_000)]) {
      expect(faultsOf(text)).toMatchObject([{ message: 'nested deeper than 64 levels' }]);
    }
  });

  test('reports at most 100 faults', () => {
    expect(faultsOf(`[${Array.from({ length: 1000 }, () => '-0').join()}]`)).toHaveLength(100);
  });
});

function faultsOf(text: string): readonly JsonFault[] {
  try {
    parseStrictJson(text);
    return [];
  } catch (error) {
    if (error instanceof JsonFaultError) return error.faults;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
