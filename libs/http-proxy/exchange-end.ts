/** How an exchange has ended. */
export type ExchangeEnd =
  /** The whole answer was forwarded. */
  | { kind: 'answered'; status: number }
  /** The answer began and could not be forwarded whole, so the client's connection was cut. */
  | { kind: 'cut_short'; status: number; detail: string }
  /** Nothing was sent to the client. */
  | { kind: 'failed'; code: ExchangeFailure; detail: string }
  /**
   * The same, on a connection that had carried a request before: the upstream has closed it, and
   * saw nothing.
   */
  | { kind: 'stale' }
  /** By `ending`. The answer is as far as it was forwarded. */
  | { kind: 'aborted' };

export type ExchangeFailure =
  'upstream_bad_handshake' | 'upstream_timeout' | 'body_timeout' | 'body_too_large';
