import { expect } from 'vitest';
import type { BothWorlds, Outcome, Question } from './both-worlds.js';

/**
 * Fields that a gateway adds for its upstreams, and nginx only if it is configured to
 * (docs/migrating-from-nginx.md).
 */
const addedByGateway = ['via', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/**
 * A question, and where its handshake goes: port and target of an upstream in the configuration, as in
 * `3000 /x`, or `3000|3001 /x` for one of several; null where it goes to none.
 */
export type Expected = [question: Question | string, goesTo: string | null];

/** Asks a real nginx and Sluice for each path, and compares the status. */
export async function expectSameStatus(
  worlds: BothWorlds,
  cases: readonly [target: string, status: number][],
): Promise<void> {
  for (const [target, status] of cases) {
    const question = questionAt(target);
    expect([target, (await worlds.askNginx(question)).status], 'nginx').toEqual([target, status]);
    expect([target, (await worlds.askSluice(question)).status], 'Sluice').toEqual([target, status]);
  }
}

/** Asks a real nginx and Sluice, and compares what became of the handshake, and what the upstream got. */
export async function expectSameAnswers(worlds: BothWorlds, cases: readonly Expected[]): Promise<void> {
  for (const [asked, goesTo] of cases) {
    const question = typeof asked === 'string' ? questionAt(asked) : asked;
    const inNginx = await worlds.askNginx(question);
    const inSluice = await worlds.askSluice(question);
    const name = `${question.host}${question.path}`;
    expect([name, targetOf(inNginx, goesTo)], 'nginx').toEqual([name, goesTo]);
    expect([name, targetOf(inSluice, goesTo)], 'Sluice').toEqual([name, goesTo]);
    if (inNginx.seen === null || inSluice.seen === null) continue;
    expect([name, comparable(inSluice.seen.headers, inNginx.seen.headers)]).toEqual([
      name,
      inNginx.seen.headers,
    ]);
  }
}

/** `host/path`. */
export function questionAt(text: string): Question {
  const slash = text.indexOf('/');
  return { host: text.slice(0, slash), path: text.slice(slash) };
}

function targetOf({ seen }: Outcome, expected: string | null): string | null {
  if (seen === null) return null;
  const [ports = ''] = expected?.split(' ') ?? [];
  const isOneOf = ports.split('|').includes(seen.upstream);
  return `${isOneOf ? ports : seen.upstream} ${seen.url}`;
}

function comparable(
  headers: Readonly<Record<string, string>>,
  ofNginx: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name in ofNginx || !addedByGateway.includes(name));
  // nginx writes `upgrade` as the configuration does; it is a token without letter case.
  return { ...Object.fromEntries(kept), connection: ofNginx['connection'] ?? '' };
}
