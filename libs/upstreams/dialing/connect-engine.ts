import type { EngineSocket, EngineSocketEvents, SwitchedAnswer, UpgradeExchange } from '#libs/engine';
import {
  aborted,
  closedEarly,
  refused,
  timedOut,
  type Connecting,
  type ConnectPlain,
  type ConnectResult,
} from './connect-result.js';

// Afterwards TypeScript waits for the answer, since it decides about retries. It is less than half of the
// time after which a name is resolved again (connect-unless-moved.ts).
const maxExchangeMs = 400;

/** Opens a plain connection with the engine, which begins the exchange there if one is given. */
export function connectEngine(
  connecting: Connecting,
  connectPlain: ConnectPlain,
  onResult: (result: ConnectResult) => void,
): void {
  new EngineConnecting(connecting, connectPlain, onResult).start();
}

class EngineConnecting implements EngineSocketEvents {
  readonly #socket: EngineSocket;
  #exchange: UpgradeExchange | null;

  constructor(
    private readonly connecting: Connecting,
    connectPlain: ConnectPlain,
    private readonly onResult: (result: ConnectResult) => void,
  ) {
    const { address, endpoint, exchange } = connecting;
    this.#exchange = exchange;
    this.#socket = connectPlain(address, endpoint.port, exchange);
  }

  start(): void {
    const { timeoutMs, signal } = this.connecting;
    signal?.addEventListener('abort', this.#onAbort);
    const exchange = this.#exchange;
    this.#socket.startTimer(exchange === null ? timeoutMs : exchangeMs(exchange, timeoutMs));
    this.#socket.receive(this);
  }

  onConnected(sentForMs: number | null): void {
    this.#connected(sentForMs, null);
  }

  onSwitched(answer: SwitchedAnswer): void {
    this.#connected(0, answer);
  }

  onClosed(error: Error | null): void {
    this.#settle(refused(this.connecting, error?.message ?? closedEarly));
  }

  onTimeout(): void {
    const exchange = this.#exchange;
    const { timeoutMs } = this.connecting;
    if (exchange === null) this.#settle(timedOut(this.connecting));
    else if (!this.#takeBack()) this.#socket.startTimer(timeoutMs - exchangeMs(exchange, timeoutMs));
  }

  // If the request was sent, the reader of its answer handles the abort.
  readonly #onAbort = (): void => {
    if (this.#exchange === null || !this.#takeBack()) this.#settle(aborted);
  };

  /** Whether the request was sent. */
  #takeBack(): boolean {
    this.#exchange = null;
    const sentForMs = this.#socket.takeBack();
    if (sentForMs !== null) this.#connected(sentForMs, null);
    return sentForMs !== null;
  }

  #connected(sentForMs: number | null, switched: SwitchedAnswer | null): void {
    const sent = sentForMs === null ? null : { sentAtMs: performance.now() - sentForMs, switched };
    this.#settle({ ok: true, socket: this.#socket, address: this.connecting.address, sent });
  }

  #settle(result: ConnectResult): void {
    this.#socket.hold();
    this.connecting.signal?.removeEventListener('abort', this.#onAbort);
    if (!result.ok) this.#socket.destroy();
    this.onResult(result);
  }
}

function exchangeMs({ maxMs }: UpgradeExchange, timeoutMs: number): number {
  return Math.min(maxMs, timeoutMs / 10, maxExchangeMs);
}
