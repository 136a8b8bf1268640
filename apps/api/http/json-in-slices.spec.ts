import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonInSlices } from './json-in-slices.js';

const longestPart = 1000;

type Outcome = { value: unknown } | 'no JSON';

describe('JSON that is parsed in slices', () => {
  it('is what JSON.parse makes of it, however deep it is taken apart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.nat(5), async (text, depth) => {
        expect(await parsed(text, depth)).toEqual(parsedAtOnce(text));
        const spaced = JSON.stringify(JSON.parse(text), null, 2);
        expect(await parsed(spaced, depth)).toEqual(parsedAtOnce(spaced));
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where JSON.parse refuses it', async () => {
    const spoilt = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'x', '1', ''))
      .map(
        ([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1),
      );
    await fc.assert(
      fc.asyncProperty(spoilt, fc.nat(5), async (text, depth) => {
        expect(await parsed(text, depth)).toEqual(parsedAtOnce(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
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
  ])('never takes %j', async (text) => {
    for (const depth of [0, 1, 2]) expect(await parsed(text, depth)).toBe('no JSON');
  });

  it('has no part that is longer than allowed, whatever it has in all', async () => {
    const parts = Array.from({ length: 50 }, () => 'x'.repeat(900));
    expect(await parsed(JSON.stringify(parts), 1)).toEqual({ value: parts });
    await expect(parseJsonInSlices(JSON.stringify(parts), { depth: 0, longestPart })).rejects.toThrow(
      RangeError,
    );
  });
});

async function parsed(text: string, depth: number): Promise<Outcome> {
  try {
    return { value: await parseJsonInSlices(text, { depth, longestPart }) };
  } catch (error) {
    if (error instanceof SyntaxError) return 'no JSON';
    throw error;
  }
}

function parsedAtOnce(text: string): Outcome {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'no JSON';
  }
}
