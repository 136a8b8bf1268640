import type { ServerOptions } from 'node:http';
import { clientHighWaterMark } from './client-high-water-mark.js';

/** Bounds of a request, before anything is known of its sender. */
export interface RequestBounds {
  /**
   * Target, names and values together, as Node's parser counts them. It passes over the white space before a value; all
   * bytes of a head, with a PROXY header, are at most twice as many.
   */
  maxHeaderBytes: number;
  /** From the connection to the end of the header; it is looked at every `checkIntervalMs`. */
  headersTimeoutMs: number;
  checkIntervalMs: number;
}

/** A client that has not sent its request by then is dropped. */
export const headersTimeoutMs = 10_000;

export const defaultBounds: RequestBounds = {
  maxHeaderBytes: 65_536,
  headersTimeoutMs,
  checkIntervalMs: 1000,
};

/** How Node's server holds requests to the bounds. */
export function serverOptions(bounds: RequestBounds): ServerOptions {
  return {
    maxHeaderSize: bounds.maxHeaderBytes,
    headersTimeout: bounds.headersTimeoutMs,
    requestTimeout: bounds.headersTimeoutMs,
    connectionsCheckingInterval: bounds.checkIntervalMs,
    keepAliveTimeout: 1,
    insecureHTTPParser: false,
    // Node would answer such a request itself, unlike other bad requests.
    requireHostHeader: false,
    noDelay: true,
    highWaterMark: clientHighWaterMark,
  };
}
