import type { SwitchedAnswer } from './upgrade-exchange.js';

/**
 * Receives the events of a socket of the engine. Without `onData` the bytes are held for the next receiver.
 */
export interface EngineSocketEvents {
  /**
   * A connecting socket is connected. If it began with an exchange, the request was sent `sentForMs` ago, and
   * the answer is not an ordinary 101: it follows from its first byte. Otherwise `sentForMs` is null.
   */
  onConnected?(sentForMs: number | null): void;
  /** The exchange has ended with an ordinary 101. */
  onSwitched?(answer: SwitchedAnswer): void;
  /** The receiver owns the bytes. */
  onData?(bytes: Buffer): void;
  onFin?(): void;
  /** The system has accepted all written bytes. */
  onFlushed?(): void;
  /** The time that `startTimer` set has passed. */
  onTimeout?(): void;
  /** The socket is closed, also if its user closed it. `error` is null if it did not fail. */
  onClosed(error: Error | null): void;
}
