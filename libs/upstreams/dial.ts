import { isIP } from 'node:net';
import type { AbortNotice } from '#libs/abort';
import type { UpstreamTls } from '#libs/contract';
import type { AddressPolicy } from './address-policy.js';
import { connectTo, type ConnectedSocket } from './connect-to.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

/** Resolves a name to all of its addresses, in the order in which they are to be tried. */
export type LookupAddresses = (hostname: string) => Promise<readonly { address: string }[]>;

export interface DialOptions {
  endpoint: UpstreamEndpoint;
  policy: AddressPolicy;
  /** Longest time until the socket is connected, TLS handshake and name look-up included. */
  connectMs: number;
  /** Gives up at once, with `aborted`, and leaves nothing open. */
  signal?: AbortNotice | undefined;
  lookup: LookupAddresses;
  /** Certificates to trust in place of the system's, in PEM. */
  trustedCertificates?: string | undefined;
  /** How to speak TLS; undefined: verified against the system's certificates and the name of the URL. */
  tls?: UpstreamTls | undefined;
  /**
   * The bytes of the socket's `data` events are good until the listener returns; whoever keeps them copies them. Costs less
   * than bytes that stay. Where TLS is spoken, they stay all the same.
   */
  lendsBytes?: boolean | undefined;
}

export type DialFailureCode =
  'upstream_refused' | 'upstream_timeout' | 'upstream_forbidden_address' | 'aborted';

/** `detail` is for the log, not for the client: it may name addresses that are nobody's business outside. */
export interface DialFailure {
  ok: false;
  code: DialFailureCode;
  detail: string;
}

/**
 * `socket` is connected, paused, half-open and without Nagle's delay. It has an `error` listener for good, so that an
 * error can't end the process; whoever takes it over adds one to hear of it.
 */
export type DialResult = { ok: true; socket: ConnectedSocket; address: string } | DialFailure;

/**
 * Connects to an upstream. The name is resolved once, each address is put before the policy, and the very address
 * that passed is dialed, so that a second look-up can't bring in another one. Several addresses are tried in turn,
 * each with a fair share of the time that is left. TLS is verified against the name of the URL unless told otherwise.
 */
export async function dial(options: DialOptions): Promise<DialResult> {
  const { endpoint, policy, connectMs, signal } = options;
  const deadline = performance.now() + connectMs;
  const resolved = await resolveWithin(options);
  if (!resolved.ok) return resolved;
  const allowed = resolved.addresses.filter((address) => policy.isAllowed(address, endpoint.port));
  if (allowed.length === 0) {
    return failure('upstream_forbidden_address', `no address of ${endpoint.hostname} may be dialed`);
  }
  let last = failure('upstream_timeout', `no connection within ${connectMs} ms`);
  for (const [index, address] of allowed.entries()) {
    const timeoutMs = (deadline - performance.now()) / (allowed.length - index);
    if (timeoutMs <= 0) return failure('upstream_timeout', `no connection within ${connectMs} ms`);
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
    if (result.ok) return { ok: true, socket: result.socket, address };
    if (result.code === 'aborted') return result;
    last = result;
  }
  return last;
}

type Resolved = { ok: true; addresses: string[] } | DialFailure;

async function resolveWithin({ endpoint, connectMs, signal, lookup }: DialOptions): Promise<Resolved> {
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
      settle(failure('upstream_timeout', `${hostname} was not resolved within ${connectMs} ms`));
    }, connectMs);
    signal?.addEventListener('abort', onAbort);
    lookup(hostname).then(
      (found) => settle({ ok: true, addresses: found.map(({ address }) => address) }),
      (error: unknown) =>
        settle(failure('upstream_refused', `${hostname} was not resolved: ${String(error)}`)),
    );
  });
}

function aborted(): DialFailure {
  return failure('aborted', 'dialing was given up');
}

function failure(code: DialFailureCode, detail: string): DialFailure {
  return { ok: false, code, detail };
}
