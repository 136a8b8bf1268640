import type { ServerOptions } from 'node:http';
import { clientHighWaterMark } from './client-high-water-mark.js';

/** Bounds of a request from an unknown sender. */
export interface RequestBounds {
  /**
   * The size of target, names and values together, as Node's parser counts them. It does not count white
   * space before a value; all bytes of a head, with a PROXY header, may be twice as many.
   */
  maxHeaderBytes: number;
  /** The time from the connection to the end of the header, checked every `checkIntervalMs`. */
  headersTimeoutMs: number;
  checkIntervalMs: number;
}

/** A client that has not sent its request in this time is dropped. */
export const headersTimeoutMs = 10_000;

/** How long a connection is kept open after an answer to an ordinary request. */
export const keepAliveTimeoutMs = 15_000;

export const defaultBounds: RequestBounds = {
  maxHeaderBytes: 65_536,
  headersTimeoutMs,
  checkIntervalMs: 1000,
};

/** The options with which Node's server enforces the bounds. */
export function serverOptions(bounds: RequestBounds): ServerOptions {
  return {
    maxHeaderSize: bounds.maxHeaderBytes,
    headersTimeout: bounds.headersTimeoutMs,
    // A large body takes longer than any fixed time; its progress is watched while it is forwarded.
    requestTimeout: 0,
    connectionsCheckingInterval: bounds.checkIntervalMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    insecureHTTPParser: false,
    // Otherwise Node answers such a request itself, unlike other bad requests.
    requireHostHeader: false,
    noDelay: true,
    highWaterMark: clientHighWaterMark,
  };
}
