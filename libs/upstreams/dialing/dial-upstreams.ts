import { Socket } from 'node:net';
import { dial } from './dial.js';
import type {
  Dialed,
  DialFailure,
  DialFailureCode,
  DialOptions,
  DialOutcome,
  UseDialed,
} from './dial-options.js';
import { DialBudget } from './dial-budget.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

export interface DialUpstreamsOptions extends Omit<DialOptions, 'endpoint' | 'maxAttempts' | 'budget'> {
  /** In the order in which to try them. */
  endpoints: readonly UpstreamEndpoint[];
  /** Maximum time for one upstream; all together have twice as much. */
  connectMs: number;
  /** Called with the index of each endpoint before it is dialed; false: it is passed over. */
  canDial?: (index: number) => boolean;
  /** Called with the index of each endpoint before it is dialed. */
  onDial?: (index: number) => void;
  /** Called when one of the endpoints could not be connected to. */
  onFailed?: (failure: DialFailure) => void;
  /** How many of the endpoints are tried at most. */
  maxTried?: number;
  /** Called before each endpoint but the first; false: it is not tried, and none after it. */
  mayTryNext?: () => boolean;
}

/**
 * Connects to the upstreams in order, to each of their addresses, until `use` accepts a connection. It dials
 * at most `maxDialAttempts` times, of which each upstream gets a fair share, and for at most twice
 * `connectMs`, so that an upstream that drops packets leaves time for another, and no client waits for a long
 * list. The time of `use` is not counted. The failure is the most severe one: a forbidden address before a
 * timeout before a refusal; null if every dial connected.
 */
export async function dialUpstreams<Used>(
  options: DialUpstreamsOptions,
  use: UseDialed<Used>,
): Promise<DialOutcome<Used>> {
  const { endpoints, maxTried = Infinity, canDial, mayTryNext, onDial, onFailed } = options;
  const budget = new DialBudget(2 * options.connectMs);
  let worst: DialFailure | null = null;
  let tried = 0;
  for (const [index, endpoint] of endpoints.entries()) {
    const { attemptsLeft } = budget;
    if (tried >= maxTried || attemptsLeft <= 0 || budget.leftMs <= 0) break;
    if (canDial?.(index) === false) continue;
    if (tried > 0 && mayTryNext?.() === false) break;
    const mayFollow = Math.min(maxTried - tried, endpoints.length - index);
    tried += 1;
    onDial?.(index);
    const maxAttempts = Math.ceil(attemptsLeft / mayFollow);
    const outcome = await dial(dialOptions(options, { endpoint, maxAttempts, budget }), use);
    const { failure } = outcome;
    if (outcome.used !== null || failure?.code === 'aborted') return outcome;
    if (failure) onFailed?.(failure);
    // An upstream without a dialed address counts too: its name was looked up.
    if (budget.attemptsLeft === attemptsLeft) budget.takeAttempt();
    worst = worse(worst, failure);
  }
  return { used: null, failure: worst };
}

/** The more severe of two failures. */
export function worse(one: DialFailure | null, other: DialFailure | null): DialFailure | null {
  if (one === null || other === null) return one ?? other;
  return severity[other.code] > severity[one.code] ? other : one;
}

// A spread here would cost each handshake a slow copy, property by property.
function dialOptions(
  {
    policy,
    connectMs,
    signal,
    lookup,
    trustedCertificates,
    tls,
    lendsBytes,
    connectPlain,
    takeIdle,
    exchangeFor,
  }: DialUpstreamsOptions,
  { endpoint, maxAttempts, budget }: Pick<DialOptions, 'endpoint' | 'maxAttempts' | 'budget'>,
): DialOptions {
  return {
    endpoint,
    maxAttempts,
    budget,
    policy,
    connectMs,
    signal,
    lookup,
    trustedCertificates,
    tls,
    lendsBytes,
    connectPlain,
    takeIdle,
    exchangeFor,
  };
}

/** Connects to the first upstream that can be reached, with a plain socket of Node. */
export async function dialFirst(
  options: Omit<DialUpstreamsOptions, 'connectPlain'>,
): Promise<(Dialed & { socket: Socket }) | DialFailure> {
  const { used, failure } = await dialUpstreams(options, (dialed) => Promise.resolve(dialed));
  if (used) {
    const { ok, address, endpoint, addressesLeft, sent } = used;
    return { ok, socket: nodeSocketOf(used), address, endpoint, addressesLeft, sent };
  }
  return failure ?? { ok: false, code: 'upstream_refused', detail: 'there is no upstream' };
}

function nodeSocketOf({ socket }: Dialed): Socket {
  if (socket instanceof Socket) return socket;
  throw new Error('the socket is not a socket of Node');
}

const severity: Readonly<Record<DialFailureCode, number>> = {
  upstream_refused: 0,
  upstream_timeout: 1,
  upstream_forbidden_address: 2,
  aborted: 3,
};
