import assert from 'node:assert/strict';
import type { CountingUpstream } from '../support/counting-upstream.js';
import { readStrictly, valuesOf, type StrictRequest } from '../support/strict-requests.js';
import type { AttackCase } from './attack-case.js';
import type { RouteFields } from './attack-target.js';
import type { Sandbox } from './sandbox.js';
import { answersEachRequest } from './upstream-behaviours.js';

/** The bytes that the client sends. */
export type SentText = (sandbox: Sandbox) => string;

/** An ordinary request whose head ends with these lines; the connection closes after its answer. */
export function ordinary(method: string, lines: readonly string[], body = ''): SentText {
  return ({ host }) =>
    [`${method} / HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines, '', body].join('\r\n');
}

/** The same, and the client could send further requests. */
export function keptOpen(method: string, lines: readonly string[], body = ''): SentText {
  const request = ordinary(method, lines, body);
  return (sandbox) => request(sandbox).replace('Connection: close\r\n', '');
}

export function chunked(body: string, ...lines: string[]): SentText {
  return ordinary('POST', ['Transfer-Encoding: chunked', ...lines], body);
}

/** Publishes a route that forwards ordinary requests, to an upstream that answers each of them. */
export function prepareHttp(
  sandbox: Sandbox,
  route: RouteFields = {},
  upstream = answersEachRequest(),
): Promise<CountingUpstream> {
  return sandbox.prepare({ upstream, route: { http: 'proxy', ...route } });
}

/** All whole requests that an upstream has received. Throws if one of them is not valid. */
export function wholeRequests({ receivedBy }: CountingUpstream): StrictRequest[] {
  return receivedBy.flatMap((bytes) => readStrictly(bytes).requests);
}

/** The statuses of all answers that a client has received, without interim ones. */
export function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] ([2-9]\d\d) /g)].map(([, status]) => Number(status));
}

/**
 * The client gets this answer, or none and the connection closes with null. The upstream gets no whole
 * request, and the route still forwards later ones.
 */
export function refusedHttp(
  name: string,
  sent: SentText,
  status: number | null,
  route: RouteFields = {},
): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox, route);
      const { text } = await sandbox.send(sent(sandbox));
      assert.deepEqual(statusesIn(text), status === null ? [] : [status], text);
      assert.deepEqual(wholeRequests(upstream), []);
      const later = await sandbox.send(ordinary('GET', ['X-Later: 1'])(sandbox));
      assert.deepEqual(statusesIn(later.text), [200], later.text);
      const [only, ...others] = wholeRequests(upstream);
      assert.deepEqual([valuesOf(only?.fields ?? [], 'x-later'), others], [['1'], []]);
    },
  };
}

/** A request that the upstream must get. */
export interface ExpectedHttp {
  method?: string;
  target?: string;
  body?: string;
  trailers?: string[];
  /** The values of fields: none, or exactly these. */
  fields?: Record<string, string[]>;
  /** Texts that are nowhere in the request. */
  hasNot?: RegExp;
}

/** The upstream gets exactly these requests, and the client an answer to each of them. */
export function forwardedHttp(
  name: string,
  sent: SentText,
  expected: readonly ExpectedHttp[],
  route: RouteFields = {},
  statuses: readonly number[] = expected.map(() => 200),
): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await prepareHttp(sandbox, route);
      const { text } = await sandbox.send(sent(sandbox));
      assert.deepEqual(statusesIn(text), statuses, text);
      const requests = wholeRequests(upstream);
      assert.equal(requests.length, expected.length, upstream.received);
      for (const [index, wanted] of expected.entries()) expectForwarded(requests[index], wanted);
    },
  };
}

export function expectForwarded(request: StrictRequest | undefined, expected: ExpectedHttp): void {
  const { method = request?.method, target = request?.target, body = '', trailers = [] } = expected;
  assert.deepEqual(
    { ...request, fields: [], trailers: request?.trailers.map(([name]) => name) },
    { method, target, body, fields: [], trailers },
  );
  for (const [name, values] of Object.entries(expected.fields ?? {})) {
    assert.deepEqual(valuesOf(request?.fields ?? [], name), values, name);
  }
  if (expected.hasNot) assert.doesNotMatch(JSON.stringify(request), expected.hasNot);
}
