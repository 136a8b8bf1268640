import type { EngineSocket } from '#libs/engine';

/** What a client's connection needs of its socket. A socket of the engine is one. */
export interface ClientTransport extends EngineTransport {
  /**
   * Returns false if bytes wait to be sent; `onFlushed` follows. Undefined if `write` always reports that.
   */
  flush?(): boolean;
}

type EngineTransport = Pick<
  EngineSocket,
  | 'receive'
  | 'hold'
  | 'startTimer'
  | 'stopTimer'
  | 'resume'
  | 'pause'
  | 'write'
  | 'end'
  | 'destroy'
  | 'resetAndDestroy'
>;
