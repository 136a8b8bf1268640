import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonInSlices } from './json-in-slices.js';
import { JsonFaultError, parseStrictJson } from './strict-json.js';

/** The parsed value, or the field that was refused. */
type Outcome = { value: unknown } | { refusedAt: string };

describe('JSON that is parsed in slices', () => {
  test('equals JSON that is parsed at once, at any depth of slices', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.nat(5), async (text, depth) => {
        expect(await parsed(text, depth)).toEqual(parsedAtOnce(text));
        const spaced = JSON.stringify(JSON.parse(text), null, 2);
        expect(await parsed(spaced, depth)).toEqual(parsedAtOnce(spaced));
      }),
      { numRuns: 500 },
    );
  });

  test('is refused with the same field as JSON that is parsed at once', async () => {
    const spoilt = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'x', '1', ''))
      .map(
        ([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1),
      );
    await fc.assert(
      fc.asyncProperty(spoilt, fc.nat(5), async (text, depth) => {
        expect('value' in (await parsed(text, depth))).toBe('value' in parsedAtOnce(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '{"a":1,"a":2}',
    '[{"a":[{"b":1,"c":{},"b":2}]}]',
    '{"a":{"\\ud800":1}}',
    '[["x","\\udc00"]]',
    '{"a":[[0,-0]]}',
    '[{"__proto__":{}}]',
    '{"a":{"b" 1}}',
    '[[1,{"a":tru}]]',
  ])('names the refused field in %s, at any depth of slices', async (text) => {
    for (const depth of [0, 1, 2, 3, 9]) expect(await parsed(text, depth)).toEqual(parsedAtOnce(text));
  });

  test.each([
    '',
    ' ',
    '[',
    '{"a":1',
    '{"a"}',
    '[1,]',
    '[1]]',
    '{,}',
    '"',
    '"\\"',
    '[1 2]',
    '{"a":1 "b":2}',
    '[}',
  ])('refuses %j', async (text) => {
    for (const depth of [0, 1, 2]) expect(await parsed(text, depth)).toHaveProperty('refusedAt');
  });

  test('may exceed the limit in total, but not in one part', async () => {
    const maxPartLength = 1000;
    const parts = Array.from({ length: 50 }, () => 'x'.repeat(900));
    expect(await parseJsonInSlices(JSON.stringify(parts), { depth: 1, maxPartLength })).toEqual(parts);
    await expect(parseJsonInSlices(JSON.stringify(parts), { depth: 0, maxPartLength })).rejects.toThrow(
      RangeError,
    );
  });
});

async function parsed(text: string, depth: number): Promise<Outcome> {
  try {
    return { value: await parseJsonInSlices(text, { depth, maxPartLength: Infinity }) };
  } catch (error) {
    return refusal(error);
  }
}

function parsedAtOnce(text: string): Outcome {
  try {
    return { value: parseStrictJson(text) };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof JsonFaultError)) throw error;
  return { refusedAt: error.faults[0]?.path.join('.') ?? 'nowhere' };
}
