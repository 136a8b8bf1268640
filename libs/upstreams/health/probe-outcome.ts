import type { Socket } from 'node:net';
import type { HealthCheck } from '#libs/contract';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

/**
 * `detail` describes the result for the owner of the route. It contains no address, and nothing that the
 * upstream sent.
 */
export interface ProbeOutcome {
  isGood: boolean;
  detail: string;
}

export interface Asking {
  /** A connected socket with an `error` listener. The caller destroys it. */
  socket: Socket;
  endpoint: UpstreamEndpoint;
  check: HealthCheck;
  timeoutMs: number;
}
