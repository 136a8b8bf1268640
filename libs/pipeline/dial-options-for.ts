import type { PublishedRoute } from '#libs/contract';
import type { AddressPolicy, DialUpstreamsOptions, LookupAddresses, UpstreamTurn } from '#libs/upstreams';

export interface DialingParts {
  addressPolicy: AddressPolicy;
  /** Resolves the names of a tenant's upstreams. */
  lookupFor: (tenantId: string) => LookupAddresses;
}

/** What differs between an upgrade and an ordinary request. */
type Differences = Required<
  Pick<DialUpstreamsOptions, 'signal' | 'lendsBytes' | 'connectPlain' | 'exchangeFor' | 'takeIdle'>
>;

/** The options for dialing the upstreams of a turn, within the retries and timeouts of the route. */
export function dialOptionsFor(
  { addressPolicy, lookupFor }: DialingParts,
  { timeouts, retries, upstreamTls, tenantId }: PublishedRoute,
  turn: UpstreamTurn,
  { signal, lendsBytes, connectPlain, exchangeFor, takeIdle }: Differences,
): DialUpstreamsOptions {
  return {
    endpoints: turn.candidates.map(({ endpoint }) => endpoint),
    maxTried: 1 + retries.attempts,
    turn,
    policy: addressPolicy,
    connectMs: timeouts.connectMs,
    tls: upstreamTls,
    lookup: lookupFor(tenantId),
    lendsBytes,
    connectPlain,
    exchangeFor,
    takeIdle,
    signal,
  };
}
