import type { UpstreamEndpoint } from '../upstream-endpoint.js';
import type { DialFailure, DialFailureCode, DialOptions } from './dial-options.js';

export interface ResolveOptions {
  timeoutMs: number;
  /** Whether to query name servers again, since no cached address helped. */
  refresh?: boolean;
}

export type Resolved = { ok: true; addresses: readonly string[] } | DialFailure;

/**
 * Resolves the name of an upstream; an address is there at once. A look-up that exceeds the timeout goes on
 * for later requests.
 */
export function resolveUpstream(
  endpoint: UpstreamEndpoint,
  { signal, lookup }: Pick<DialOptions, 'signal' | 'lookup'>,
  { timeoutMs, refresh = false }: ResolveOptions,
): Resolved | Promise<Resolved> {
  const { hostname, isAddress } = endpoint;
  if (signal?.aborted === true) return failure('aborted', 'dialing was aborted');
  if (isAddress) return { ok: true, addresses: [hostname] };
  return new Promise((resolve) => {
    const settle = (resolved: Resolved): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(resolved);
    };
    const onAbort = (): void => settle(failure('aborted', 'dialing was aborted'));
    const timer = setTimeout(() => {
      settle(failure('upstream_timeout', `${hostname} was not resolved within ${Math.round(timeoutMs)} ms`));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort);
    lookup(hostname, { refresh }).then(
      (found) => settle({ ok: true, addresses: found.map(({ address }) => address) }),
      (error: unknown) =>
        settle(failure('upstream_refused', `${hostname} was not resolved: ${String(error)}`)),
    );
  });
}

function failure(code: DialFailureCode, detail: string): DialFailure {
  return { ok: false, code, detail };
}
