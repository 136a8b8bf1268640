import type { Configuration } from '#libs/routing';
import { startDialing, type ConnectPlain, type DialFailure } from '#libs/upstreams';
import {
  askUpstream,
  dropFallback,
  exchangeWith,
  takeFallback,
  type AskedUpstream,
  type Asking,
} from './ask-upstream.js';
import { dialOptionsFor, type DialingParts } from './dial-options-for.js';

export interface ReachUpstreamInput extends DialingParts {
  configuration: Pick<Configuration, 'fleetId'>;
  /** Opens plain connections to upstreams; null means that Node opens them. */
  connectPlain: ConnectPlain | null;
}

/** The answer of an upstream with its socket, or the failure of the request. */
export type ReachedUpstream = AskedUpstream | DialFailure | typeof noUpstream;

/** Receives what was reached, once, in the turn in which it is known. */
export interface ReachReceiver {
  onReached(reached: ReachedUpstream): void;
  /** Only for a bug. */
  onError(error: unknown): void;
}

/**
 * The steps dial and ask: sends the client's request to the upstreams of the route in turn until one gives a
 * final answer. If an upstream cannot be connected to, does not answer, or answers with 502, 503, 504 or an
 * invalid 101, another one is tried within the retries of the route; any other answer is final. All upstreams
 * together have twice `connectMs` to connect and `handshakeMs` to answer. Stores the last tried upstream on
 * the attempt.
 */
export function reachUpstream(
  input: ReachUpstreamInput,
  { attempt, request, route, turn }: Pick<Asking, 'attempt' | 'request' | 'route' | 'turn'>,
  receiver: ReachReceiver,
): void {
  if (turn.candidates.length === 0) {
    receiver.onReached(noUpstream);
    return;
  }
  const { configuration, connectPlain } = input;
  const asking: Asking = {
    attempt,
    request,
    route,
    turn,
    fleetId: configuration.fleetId,
    handshakeMs: route.timeouts.handshakeMs,
    fallback: null,
  };
  startDialing<AskedUpstream>(
    dialOptionsFor(input, route, turn, {
      signal: attempt.client.signal,
      lendsBytes: true,
      connectPlain,
      exchangeFor: connectPlain && ((endpoint) => exchangeWith(asking, endpoint)),
      takeIdle: undefined,
    }),
    (dialed) => askUpstream(asking, dialed),
    {
      onOutcome: ({ used, failure }) => receiver.onReached(reachedBy(asking, used, failure)),
      onError: (error) => receiver.onError(error),
    },
  );
}

function reachedBy(asking: Asking, used: AskedUpstream | null, failure: DialFailure | null): ReachedUpstream {
  if (!used && failure?.code !== 'aborted') return moreSevere(takeFallback(asking), failure);
  dropFallback(asking);
  return used ?? failure ?? noUpstream;
}

/** The failure if the route has no upstream for new connections. */
export const noUpstream = {
  ok: false,
  code: 'upstream_unavailable',
  detail:
    'every upstream of the route is down, drained, has the weight 0, or was not discovered under its name',
} as const;

// A failure after the connection is more informative than a refused connection, so it is preferred.
function moreSevere(
  fallback: AskedUpstream | null,
  failure: DialFailure | null,
): AskedUpstream | DialFailure {
  if (fallback && 'answer' in fallback) return fallback;
  if (failure && (fallback === null || failure.code !== 'upstream_refused')) return failure;
  return fallback ?? { ok: false, code: 'upstream_refused', detail: 'the route has no upstream' };
}
