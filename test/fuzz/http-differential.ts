import assert from 'node:assert/strict';
import { validRequests, valuesOf, type StrictRequest, type Tolerance } from '../support/strict-requests.js';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';
import { forwardedBy, isOfCase, type Forwarded, type ProxyUnderFuzz } from './http-proxies.js';
import { startHttpPeers, startSluice } from './http-subjects.js';
import { caseMark, httpRequestBytes } from './http-request-bytes.js';

/**
 * What Sluice forwards although RFC 9112 forbids it to a sender, and nginx or HAProxy may refuse it. In each
 * case the forwarded request no longer has it, so that every server reads the same request.
 */
const accepted: Record<Tolerance, string> = {
  chunkExtensions: 'a recipient ignores them (RFC 9112 §7.1.1); the body is framed again without them',
  codingInCapitals: 'names of codings have no case (RFC 9112 §7); it is written as `chunked`',
  emptyLines: 'a server should ignore them before a request line (RFC 9112 §2.2)',
  spaces: 'a server may split a request line at white space (RFC 9112 §3); it is written with single spaces',
  http10: 'served without keep-alive, and forwarded as HTTP/1.1; a coding in it is refused',
};
const tolerances = Object.keys(accepted) as Tolerance[];

// Node's parser knows no others than the registered ones.
const methods: ReadonlySet<string> = new Set(['POST', 'GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS']);
const intactTarget = /^\/\d{8}\/\w+$/;
// What is valid ends by itself, however busy the machine is.
const maxQuietMs = 20_000;

interface Options {
  name: string;
  claim: string;
  share: number;
  quietMs: number;
  start: () => Promise<ProxyUnderFuzz[]>;
}

/** A short form for the tests, without other proxies. */
export function forwardsWhatIsRead(): FuzzProperty {
  return differential({
    name: 'forwards-what-is-read',
    claim: 'ordinary requests reach the upstream as RFC 9112 reads them, whole, in order, or not at all',
    share: 0.01,
    quietMs: 100,
    start: async () => [await startSluice()],
  });
}

/** Beside nginx and HAProxy, as far as they are installed. */
export function forwardsWhatOthersRead(): FuzzProperty {
  return differential({
    name: 'forwards-what-others-read',
    claim: 'what nginx or HAProxy refuse is not forwarded, and what they forward has the same body',
    share: 0.01,
    quietMs: 300,
    start: async () => [await startSluice(), ...(await startHttpPeers(tolerances))],
  });
}

function differential({ start, quietMs, ...named }: Options): FuzzProperty {
  let started: Promise<ProxyUnderFuzz[]> | null = null;
  let cases = 0;
  return fuzzProperty({
    ...named,
    cases: httpRequestBytes,
    holds: async (template) => {
      const proxies = await (started ??= start());
      cases += 1;
      const mark = String(cases).padStart(8, '0');
      const bytes = template.replaceAll(caseMark, mark);
      const patienceMs = isAllValid(bytes) ? maxQuietMs : quietMs;
      const [own, ...peers] = await Promise.all(
        proxies.map((proxy) => forwardedBy(proxy, bytes, { mark, quietMs: patienceMs })),
      );
      assert.ok(own);
      const read = validRequests(bytes, tolerances).filter(({ target }) => isOfCase(target, mark));
      expectAsRead(own, read, isAllValid(bytes));
      for (const [index, peer] of peers.entries()) {
        expectNoMoreThan(peer, own, read, proxies[index + 1]?.name ?? '');
      }
    },
    close: async () => {
      const open = await started;
      started = null;
      await Promise.all((open ?? []).map((proxy) => proxy.close()));
    },
  });
}

/** The upstream got a beginning of the requests that the client sent; all of them if all are valid. */
function expectAsRead({ requests, faults }: Forwarded, read: StrictRequest[], isValid: boolean): void {
  assert.deepEqual(faults, [], 'the upstream got bytes that are not valid');
  assert.deepEqual(requests.map(essence), read.slice(0, requests.length).map(essence));
  if (!isValid) return;
  assert.deepEqual(requests.map(essence), read.map(essence), 'a valid request was not forwarded');
}

/** Whether Sluice has to forward all of it, and to close the connection after the last request. */
function isAllValid(bytes: string): boolean {
  const valid = validRequests(bytes);
  const last = valid.at(-1);
  const isClosed = valuesOf(last?.fields ?? [], 'connection').join() === 'close';
  return last?.target.endsWith('/last') === true && isClosed && valid.every(isForwarded);
}

function isForwarded({ method, target, fields }: StrictRequest): boolean {
  // Damage can make a host of it that is none, and a path that is refused.
  return methods.has(method) && intactTarget.test(target) && valuesOf(fields, 'host').join() === 'a';
}

/** Where the other proxy stops, Sluice does too, unless the next request is valid or accepted on purpose. */
function expectNoMoreThan(peer: Forwarded, own: Forwarded, read: StrictRequest[], name: string): void {
  for (const [index, request] of own.requests.entries()) {
    const other = peer.requests[index];
    if (other !== undefined)
      assert.deepEqual(essence(request), essence(other), `another request than ${name}`);
    else assert.deepEqual(essence(request), read[index] && essence(read[index]), `${name} refused it`);
  }
}

function essence({ method, target, body }: StrictRequest): Pick<StrictRequest, 'method' | 'target' | 'body'> {
  return { method, target, body };
}
