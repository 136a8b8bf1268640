import type { Socket } from 'node:net';
import type { HealthCheck } from '#libs/contract';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

/**
 * `detail` says what happened, for the owner of the route: it has no address and nothing that the upstream
 * sent.
 */
export interface ProbeOutcome {
  isGood: boolean;
  detail: string;
}

export interface Asking {
  /** Connected, with an `error` listener. Whoever calls destroys it. */
  socket: Socket;
  endpoint: UpstreamEndpoint;
  check: HealthCheck;
  timeoutMs: number;
}
