import { isIP } from 'node:net';
import type { AbortNotice } from '#libs/abort';
import type { UpstreamTls } from '#libs/contract';
import type { AddressPolicy } from './address-policy.js';
import { connectTo, type ConnectedSocket } from './connect-to.js';
import type { DialBudget } from './dial-budget.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

/** Resolves a name to all of its addresses, in the order in which they are to be tried. */
export type LookupAddresses = (hostname: string) => Promise<readonly { address: string }[]>;

export interface DialOptions {
  endpoint: UpstreamEndpoint;
  policy: AddressPolicy;
  /** Maximum time for this upstream: name look-up, TCP and TLS, for all of its addresses together. */
  connectMs: number;
  /** How many addresses of this upstream may be dialed. */
  maxAttempts: number;
  /** What the whole request may spend; each address that is dialed is taken from it. */
  budget: DialBudget;
  /** Stops dialing at once, with `aborted`, and leaves nothing open. */
  signal?: AbortNotice | undefined;
  lookup: LookupAddresses;
  /** Certificates to trust in place of the system's, in PEM. */
  trustedCertificates?: string | undefined;
  /** How to speak TLS; undefined: verified against the system's certificates and the name of the URL. */
  tls?: UpstreamTls | undefined;
  /**
   * The bytes of the socket's `data` events are valid until the listener returns; a listener that keeps them copies them.
   * Costs less than bytes that stay valid. With TLS they stay valid in any case.
   */
  lendsBytes?: boolean | undefined;
}

export type DialFailureCode =
  'upstream_refused' | 'upstream_timeout' | 'upstream_forbidden_address' | 'aborted';

/** `detail` is for the log, not for the client: it may name internal addresses. */
export interface DialFailure {
  ok: false;
  code: DialFailureCode;
  detail: string;
}

/**
 * `socket` is connected, paused, half-open and without Nagle's delay. It keeps an `error` listener, so that an error can't end
 * the process; its next owner adds one to be notified of errors.
 */
export interface Dialed {
  ok: true;
  socket: ConnectedSocket;
  address: string;
  endpoint: UpstreamEndpoint;
}

/**
 * Connects to the addresses of one upstream in turn: each step dials until one connects and yields it; the next step goes on
 * with the address after it. The name is resolved once, each address is checked by the policy, and the very address that
 * passed is dialed, so that a second look-up can't bring in another one. The addresses share the time that is left.
 * Returns the last failure, or null if every address that was dialed connected.
 */
export async function* dial(options: DialOptions): AsyncGenerator<Dialed, DialFailure | null, void> {
  const { endpoint, policy, connectMs, maxAttempts, budget, signal } = options;
  const deadlineMs = budget.spentMs + Math.min(connectMs, budget.leftMs);
  const resolved = await resolveWithin(options, deadlineMs - budget.spentMs);
  if (!resolved.ok) return resolved;
  const allowed = resolved.addresses.filter((address) => policy.isAllowed(address, endpoint.port));
  if (allowed.length === 0) {
    return failure('upstream_forbidden_address', `no address of ${endpoint.hostname} may be dialed`);
  }
  const candidates = allowed.slice(0, maxAttempts);
  let last: DialFailure | null = null;
  for (const [index, address] of candidates.entries()) {
    const timeoutMs = (deadlineMs - budget.spentMs) / (candidates.length - index);
    if (timeoutMs <= 0) return last ?? timedOut(endpoint, connectMs);
    budget.takeAttempt();
    const { trustedCertificates, tls, lendsBytes } = options;
    const result = await connectTo({
      endpoint,
      address,
      timeoutMs,
      signal,
      trustedCertificates,
      tls,
      lendsBytes,
    });
    if (result.ok) {
      const resume = budget.pause();
      yield { ok: true, socket: result.socket, address, endpoint };
      resume();
    } else if (result.code === 'aborted') return result;
    else last = result;
  }
  return last;
}

type Resolved = { ok: true; addresses: string[] } | DialFailure;

async function resolveWithin(
  { endpoint, signal, lookup }: Pick<DialOptions, 'endpoint' | 'signal' | 'lookup'>,
  timeoutMs: number,
): Promise<Resolved> {
  const { hostname } = endpoint;
  if (signal?.aborted === true) return aborted();
  if (isIP(hostname) !== 0) return { ok: true, addresses: [hostname] };
  return new Promise((resolve) => {
    const settle = (resolved: Resolved): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(resolved);
    };
    const onAbort = (): void => settle(aborted());
    const timer = setTimeout(() => {
      settle(failure('upstream_timeout', `${hostname} was not resolved within ${Math.round(timeoutMs)} ms`));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort);
    lookup(hostname).then(
      (found) => settle({ ok: true, addresses: found.map(({ address }) => address) }),
      (error: unknown) =>
        settle(failure('upstream_refused', `${hostname} was not resolved: ${String(error)}`)),
    );
  });
}

function timedOut({ hostname }: UpstreamEndpoint, connectMs: number): DialFailure {
  return failure('upstream_timeout', `no connection to ${hostname} within ${connectMs} ms`);
}

function aborted(): DialFailure {
  return failure('aborted', 'dialing was aborted');
}

function failure(code: DialFailureCode, detail: string): DialFailure {
  return { ok: false, code, detail };
}
