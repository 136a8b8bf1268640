import type { EngineSocket } from '#libs/engine';

/** What a client's connection needs of its socket. A socket of the engine is one. */
export type ClientTransport = Pick<
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
