import { Socket } from 'node:net';
import { dial } from './dial.js';
import type { Dialed, DialFailure, DialFailureCode, DialOptions } from './dial-options.js';
import { DialBudget } from './dial-budget.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

export interface DialUpstreamsOptions extends Omit<DialOptions, 'endpoint' | 'maxAttempts' | 'budget'> {
  /** In the order in which they are to be tried. */
  endpoints: readonly UpstreamEndpoint[];
  /** Maximum time for one upstream; all together have twice as much. */
  connectMs: number;
}

/**
 * Connects to the upstreams in turn: each step dials until an address of one connects and yields it; the next step goes on
 * with what comes after it, for a caller that could not use that connection. All steps together dial at most
 * `maxDialAttempts` times, of which each upstream gets a fair share, and take at most twice `connectMs`, so that one
 * upstream that drops packets leaves time for another, and no client waits for a long list.
 *
 * Returns the most severe failure: a forbidden address before a timeout before a refusal; null if every dial connected.
 */
export async function* dialUpstreams(
  options: DialUpstreamsOptions,
): AsyncGenerator<Dialed, DialFailure | null, void> {
  const { endpoints, ...others } = options;
  const budget = new DialBudget(2 * options.connectMs);
  let worst: DialFailure | null = null;
  for (const [index, endpoint] of endpoints.entries()) {
    const { attemptsLeft } = budget;
    if (attemptsLeft <= 0 || budget.leftMs <= 0) break;
    const maxAttempts = Math.ceil(attemptsLeft / (endpoints.length - index));
    const failure: DialFailure | null = yield* dial({ ...others, endpoint, maxAttempts, budget });
    if (failure?.code === 'aborted') return failure;
    // An upstream of which no address was dialed counts too: its name was looked up.
    if (budget.attemptsLeft === attemptsLeft) budget.takeAttempt();
    if (failure && (!worst || severity[failure.code] > severity[worst.code])) worst = failure;
  }
  return worst;
}

/** Connects to the first upstream that can be reached, with a socket of Node's. */
export async function dialFirst(
  options: Omit<DialUpstreamsOptions, 'connectPlain'>,
): Promise<(Dialed & { socket: Socket }) | DialFailure> {
  const { value } = await dialUpstreams(options).next();
  if (value?.ok === true) return { ...value, socket: nodeSocketOf(value) };
  return value ?? { ok: false, code: 'upstream_refused', detail: 'there is no upstream' };
}

function nodeSocketOf({ socket }: Dialed): Socket {
  if (socket instanceof Socket) return socket;
  throw new Error('nobody else opens a connection');
}

const severity: Readonly<Record<DialFailureCode, number>> = {
  upstream_refused: 0,
  upstream_timeout: 1,
  upstream_forbidden_address: 2,
  aborted: 3,
};
