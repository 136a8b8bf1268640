/** Bounds of a request from an unknown sender. */
export interface RequestBounds {
  /**
   * The size of target, names and values together. All bytes of a head may be twice as many.
   */
  maxHeaderBytes: number;
  /** The time from the connection to the end of the head; for a further head, from its first byte. */
  headersTimeoutMs: number;
  /** How long written bytes of an answer may wait until the client has taken them. */
  sendTimeoutMs: number;
  /** How often the sessions of HTTP/2 are checked. */
  checkIntervalMs: number;
}

/** A client that has not sent its request in this time is dropped. */
export const headersTimeoutMs = 10_000;

/** How long a connection is kept open after an answer to an ordinary request. */
export const keepAliveTimeoutMs = 15_000;

export const defaultBounds: RequestBounds = {
  maxHeaderBytes: 65_536,
  headersTimeoutMs,
  // Of an answer, at most some 100 KiB wait at a time.
  sendTimeoutMs: 60_000,
  checkIntervalMs: 1000,
};
