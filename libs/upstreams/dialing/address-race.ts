import { LightAbort } from '#libs/async';
import type { CandidateAddresses } from './candidate-addresses.js';
import { connectUnlessMoved } from './connect-unless-moved.js';
import { aborted, type ConnectResult } from './connect-result.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';
import type { DialOptions } from './dial-options.js';

export interface RaceOptions {
  endpoint: UpstreamEndpoint;
  /** The addresses that are left. */
  candidates: CandidateAddresses;
  leftMs: () => number;
  /** Called for each address that is dialed. */
  onAttempt: () => void;
}

/** Also the "Connection Attempt Delay" that RFC 8305 §5 recommends. */
const attemptDelayMs = 250;
// Each takes a descriptor. With more addresses, those that are silent time out one after the other.
const maxRunning = 3;

interface RunningAttempt {
  stop: LightAbort;
  /** Whether the TCP connection is open, so that only TLS is still to come. */
  isOpen: boolean;
}

/**
 * Connects to the addresses of one upstream (RFC 8305 §5): the next one is dialed when one fails, or is
 * silent for 250 ms. The first that is connected, with TLS where it is spoken, wins, and the others are
 * closed at once. While one is open and speaks TLS no other is dialed, so that a server that is slow does not
 * get more to do.
 */
export class AddressRace {
  readonly #running = new Set<RunningAttempt>();
  #timer: NodeJS.Timeout | null = null;
  #last: ConnectResult = { ok: false, code: 'upstream_timeout', detail: 'no address was dialed in time' };
  #isOver = false;

  /** `onResult` is called once. After a failure nothing is open; the failure is the last one. */
  constructor(
    private readonly options: DialOptions,
    private readonly race: RaceOptions,
    private readonly onResult: (result: ConnectResult) => void,
  ) {}

  start(): void {
    const { signal } = this.options;
    if (signal?.aborted === true) {
      this.onResult(aborted);
      return;
    }
    signal?.addEventListener('abort', this.#onAbort);
    this.#startNext();
  }

  readonly #onAbort = (): void => this.#stopAll();

  #startNext(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#running.size >= maxRunning) return;
    const leftMs = this.race.leftMs();
    const address = leftMs > 0 ? this.race.candidates.take() : undefined;
    if (address !== undefined) this.#start(address, leftMs);
    else if (this.#running.size === 0) this.#end(this.#last);
  }

  #start(address: string, leftMs: number): void {
    const { endpoint, candidates, onAttempt } = this.race;
    const attempt: RunningAttempt = { stop: new LightAbort(), isOpen: false };
    this.#running.add(attempt);
    onAttempt();
    // Before it connects, which may end the race at once.
    this.#timer = setTimeout(() => this.#onDelay(), attemptDelayMs);
    const connecting = {
      endpoint,
      address,
      timeoutMs: leftMs / (candidates.count + 1),
      signal: attempt.stop,
      onOpen: () => (attempt.isOpen = true),
      exchange: null,
    };
    const onResult = (result: ConnectResult): void => this.#settle(attempt, result);
    connectUnlessMoved(this.options, connecting, candidates, onResult);
  }

  #onDelay(): void {
    if (![...this.#running].some(({ isOpen }) => isOpen)) this.#startNext();
  }

  #settle(attempt: RunningAttempt, result: ConnectResult): void {
    this.#running.delete(attempt);
    if (result.ok) {
      // One that was connected in the same moment as another has lost.
      if (this.#isOver) result.socket.destroy();
      else this.#end(result);
      return;
    }
    if (this.#isOver) return;
    this.#last = result;
    if (this.options.signal?.aborted === true) this.#end(result);
    else this.#startNext();
  }

  #end(result: ConnectResult): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#isOver = true;
    this.#stopAll();
    this.options.signal?.removeEventListener('abort', this.#onAbort);
    this.onResult(result);
  }

  #stopAll(): void {
    for (const { stop } of this.#running) stop.abort();
  }
}
