import { expect, test } from 'vitest';
import { ProbeVerdict } from './probe-verdict.js';

const letters = { unknown: '?', healthy: 'h', unhealthy: 'u' };

function statesAfter(probes: string, bounds = { fall: 3, rise: 2 }): string {
  const verdict = new ProbeVerdict(bounds);
  return Array.from(probes)
    .map((sign) => {
      verdict.add(sign === '+');
      return letters[verdict.state];
    })
    .join('');
}

test.each([
  ['one good probe makes an unknown upstream healthy', '+', 'h'],
  ['failures that are not in a row leave an upstream healthy', '+--+--+', 'hhhhhhh'],
  ['three failures in a row make a healthy upstream unhealthy', '+---', 'hhhu'],
  ['three failures make an unknown upstream unhealthy', '---', '??u'],
  ['two successes in a row make an unhealthy upstream healthy again', '+---+-++', 'hhhuuuuh'],
])('%s', (_, probes, states) => {
  expect(statesAfter(probes)).toBe(states);
});

test('a change is reported once', () => {
  const verdict = new ProbeVerdict({ fall: 2, rise: 1 });
  expect([true, true, false, false, false, true].map((isGood) => verdict.add(isGood))).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});
