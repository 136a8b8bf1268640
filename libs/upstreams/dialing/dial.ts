import { AddressRace } from './address-race.js';
import { CandidateAddresses } from './candidate-addresses.js';
import type { ConnectResult } from './connect-result.js';
import { connectUnlessMoved } from './connect-unless-moved.js';
import type {
  DialFailure,
  DialFailureCode,
  DialOptions,
  DialReceiver,
  DialShare,
  UseDialed,
} from './dial-options.js';
import { resolveUpstream } from './resolve-upstream.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

// A dead address must not delay the other upstreams longer than a name server usually takes.
export const maxRefreshMs = 500;

/**
 * Connects to the addresses of one upstream until `use` accepts a connection; where there are several, they
 * race. The policy checks each address, and the very address that passed is dialed, so that a second look-up
 * can't bring in another one. The addresses share the remaining time. They may have been cached for a while:
 * if none of them connects, or one takes long, the name is resolved again, and new addresses are dialed too.
 * The failure is the last one.
 */
export function dial<Used>(
  options: DialOptions,
  share: DialShare,
  use: UseDialed<Used>,
  receiver: DialReceiver<Used>,
): void {
  new UpstreamDial(options, share, use, receiver).start();
}

class UpstreamDial<Used> {
  readonly #candidates: CandidateAddresses;
  /** Whether its addresses are as new as they can be, or right: one of them has answered. */
  #isRefreshed: boolean;
  #last: DialFailure | null = null;

  constructor(
    private readonly options: DialOptions,
    private readonly share: DialShare,
    private readonly use: UseDialed<Used>,
    private readonly receiver: DialReceiver<Used>,
  ) {
    const { endpoint, maxAttempts } = share;
    this.#candidates = new CandidateAddresses(endpoint, options.policy, maxAttempts);
    this.#isRefreshed = endpoint.isAddress;
  }

  start(): void {
    const { endpoint } = this.share;
    const resolving = resolveUpstream(endpoint, this.options, { timeoutMs: this.#leftMs() });
    this.#whenKnown(resolving, (resolved) => {
      if (!resolved.ok) {
        this.#fail(resolved);
        return;
      }
      this.#candidates.replace(resolved.addresses);
      if (this.#candidates.count === 0) this.#last = forbidden(endpoint);
      this.#next();
    });
  }

  #next(): void {
    const leftMs = this.#leftMs();
    const hasCandidate = this.#candidates.count > 0;
    if (leftMs > 0 && hasCandidate) this.#connect(leftMs);
    else if (this.#isRefreshed) this.#fail(hasCandidate ? this.#timedOut() : this.#last);
    else this.#refresh(Math.min(leftMs, maxRefreshMs));
  }

  // Most upstreams have one address, which needs no race. Only then is the request sent on connecting: in a
  // race, several addresses would get it.
  #connect(timeoutMs: number): void {
    const { options, share } = this;
    const candidates = this.#candidates;
    const { budget, endpoint } = share;
    const { signal, exchangeFor } = options;
    const address = candidates.count === 1 ? candidates.take() : undefined;
    if (address === undefined) {
      const onAttempt = (): void => budget.takeAttempt();
      const race = { endpoint, candidates, leftMs: () => this.#leftMs(), onAttempt };
      new AddressRace(options, race, this.#onResult).start();
      return;
    }
    budget.takeAttempt();
    const exchange = exchangeFor && !endpoint.isTls ? exchangeFor(endpoint) : null;
    const connecting = { endpoint, address, timeoutMs, signal, onOpen: undefined, exchange };
    connectUnlessMoved(options, connecting, candidates, this.#onResult);
  }

  // It is called from the event of a socket, so an error would end the process.
  readonly #onResult = (result: ConnectResult): void => {
    try {
      this.#connected(result);
    } catch (error) {
      this.receiver.onError(error);
    }
  };

  #connected(result: ConnectResult): void {
    if (!result.ok) {
      this.#last = result;
      if (result.code === 'aborted') this.#fail(result);
      else this.#next();
      return;
    }
    this.#last = null;
    this.#isRefreshed = true;
    const { budget, endpoint } = this.share;
    const { socket, address, sent } = result;
    const connectedAtMs = sent?.sentAtMs ?? performance.now();
    const addressesLeft = this.#candidates.count;
    const using = this.use({ ok: true, socket, address, endpoint, addressesLeft, sent });
    this.#whenKnown(using, (used) => {
      if (used !== null) {
        this.receiver.onOutcome({ used, failure: null });
        return;
      }
      budget.leaveOutSince(connectedAtMs);
      this.#next();
    });
  }

  #refresh(timeoutMs: number): void {
    this.#isRefreshed = true;
    const resolving = resolveUpstream(this.share.endpoint, this.options, { timeoutMs, refresh: true });
    this.#whenKnown(resolving, (refreshed) => {
      if (refreshed.ok) this.#candidates.replace(refreshed.addresses);
      else if (refreshed.code === 'aborted') {
        this.#fail(refreshed);
        return;
      }
      this.#next();
    });
  }

  #whenKnown<Value>(value: Value | Promise<Value>, then: (value: Value) => void): void {
    if (value instanceof Promise) value.then(then).catch((error: unknown) => this.receiver.onError(error));
    else then(value);
  }

  #fail(failure: DialFailure | null): void {
    this.receiver.onOutcome({ used: null, failure });
  }

  #timedOut(): DialFailure {
    const { hostname } = this.share.endpoint;
    return failure('upstream_timeout', `no connection to ${hostname} within ${this.options.connectMs} ms`);
  }

  #leftMs(): number {
    const { deadlineMs, budget } = this.share;
    return deadlineMs - budget.spentMs;
  }
}

/** No address of the upstream passed the policy. */
export function forbidden({ hostname }: UpstreamEndpoint): DialFailure {
  return failure('upstream_forbidden_address', `no address of ${hostname} may be dialed`);
}

function failure(code: DialFailureCode, detail: string): DialFailure {
  return { ok: false, code, detail };
}
