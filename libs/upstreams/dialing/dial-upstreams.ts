import { Socket } from 'node:net';
import { dial } from './dial.js';
import type {
  Dialed,
  DialFailure,
  DialFailureCode,
  DialOptions,
  DialOutcome,
  DialReceiver,
  UseDialed,
} from './dial-options.js';
import { describeDialFailure } from '../health/describe-dial-failure.js';
import { DialBudget } from './dial-budget.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

export interface DialUpstreamsOptions extends DialOptions {
  /** In the order in which to try them. */
  endpoints: readonly UpstreamEndpoint[];
  /** By default every endpoint may be dialed. */
  turn?: DialTurn;
  /** How many of the endpoints are tried at most. */
  maxTried?: number;
}

/** The place of a request among those that dial the same endpoints. */
export interface DialTurn {
  /** Called with the index of each endpoint before it is dialed; false: it is passed over. */
  canDial(index: number): boolean;
  /** Called before each endpoint but the first; false: it is not tried, and none after it. */
  takeRetry(): boolean;
  /** Called with the index of each endpoint before it is dialed. */
  dial(index: number): void;
  /** Called when the dialed endpoint could not be connected to. */
  failed(why: string): void;
}

/**
 * Connects to the upstreams in order, to each of their addresses, until `use` accepts a connection. It dials
 * at most `maxDialAttempts` times, of which each upstream gets a fair share, and for at most twice
 * `connectMs`, so that an upstream that drops packets leaves time for another, and no client waits for a long
 * list. The time of `use` is not counted. The failure is the most severe one: a forbidden address before a
 * timeout before a refusal; null if every dial connected.
 */
export function dialUpstreams<Used>(
  options: DialUpstreamsOptions,
  use: UseDialed<Used>,
): Promise<DialOutcome<Used>> {
  return new Promise((resolve, reject) => {
    startDialing(options, use, { onOutcome: resolve, onError: reject });
  });
}

/** Does the same without a promise. */
export function startDialing<Used>(
  options: DialUpstreamsOptions,
  use: UseDialed<Used>,
  receiver: DialReceiver<Used>,
): void {
  new UpstreamsDial(options, use, receiver).next();
}

class UpstreamsDial<Used> implements DialReceiver<Used> {
  readonly #budget: DialBudget;
  #index = 0;
  #tried = 0;
  /** What was left of the budget before the last upstream was dialed. */
  #attemptsLeft = 0;
  #worst: DialFailure | null = null;

  constructor(
    private readonly options: DialUpstreamsOptions,
    private readonly use: UseDialed<Used>,
    private readonly receiver: DialReceiver<Used>,
  ) {
    this.#budget = new DialBudget(2 * options.connectMs);
  }

  next(): void {
    const { options } = this;
    const { endpoints, maxTried = Infinity, turn } = options;
    const budget = this.#budget;
    for (; this.#index < endpoints.length; this.#index += 1) {
      const index = this.#index;
      const endpoint = endpoints[index];
      const { attemptsLeft, spentMs, timeMs } = budget;
      if (!endpoint || this.#tried >= maxTried || attemptsLeft <= 0 || spentMs >= timeMs) break;
      if (turn?.canDial(index) === false) continue;
      if (this.#tried > 0 && turn?.takeRetry() === false) break;
      const mayFollow = Math.min(maxTried - this.#tried, endpoints.length - index);
      this.#index += 1;
      this.#tried += 1;
      this.#attemptsLeft = attemptsLeft;
      turn?.dial(index);
      const maxAttempts = Math.ceil(attemptsLeft / mayFollow);
      const deadlineMs = Math.min(spentMs + options.connectMs, timeMs);
      dial(options, { endpoint, maxAttempts, deadlineMs, budget }, this.use, this);
      return;
    }
    this.receiver.onOutcome({ used: null, failure: this.#worst });
  }

  onOutcome(outcome: DialOutcome<Used>): void {
    const { failure } = outcome;
    if (outcome.used !== null || failure?.code === 'aborted') {
      this.receiver.onOutcome(outcome);
      return;
    }
    if (failure) this.options.turn?.failed(describeDialFailure(failure));
    // An upstream without a dialed address counts too: its name was looked up.
    if (this.#budget.attemptsLeft === this.#attemptsLeft) this.#budget.takeAttempt();
    this.#worst = worse(this.#worst, failure);
    this.next();
  }

  onError(error: unknown): void {
    this.receiver.onError(error);
  }
}

/** The more severe of two failures. */
export function worse(one: DialFailure | null, other: DialFailure | null): DialFailure | null {
  if (one === null || other === null) return one ?? other;
  return severity[other.code] > severity[one.code] ? other : one;
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
