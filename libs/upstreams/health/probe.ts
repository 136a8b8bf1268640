import type { AbortNotice } from '#libs/async';
import type { HealthCheck, UpstreamTls } from '#libs/contract';
import type { AddressPolicy } from '../addresses/address-policy.js';
import type { LookupAddresses } from '../dialing/dial-options.js';
import { dialFirst } from '../dialing/dial-upstreams.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';
import type { ProbeOutcome } from './probe-outcome.js';
import { probeHttp } from './probe-http.js';
import { probeWebSocket } from './probe-websocket.js';
import { describeDialFailure } from './describe-dial-failure.js';

export interface ProbeTarget {
  endpoint: UpstreamEndpoint;
  /** The TLS options of the route, used if the URL requires TLS. */
  tls: UpstreamTls;
  check: HealthCheck;
}

export interface ProbeOptions {
  policy: AddressPolicy;
  lookup: LookupAddresses;
  signal: AbortNotice;
}

/** Probes an upstream within `timeoutMs`. Closes everything that it opens, and never rejects. */
export async function probe(
  { endpoint, tls, check }: ProbeTarget,
  { policy, lookup, signal }: ProbeOptions,
): Promise<ProbeOutcome> {
  const deadlineMs = performance.now() + check.timeoutMs;
  const dialed = await dialFirst({
    endpoints: [endpoint],
    policy,
    lookup,
    tls,
    connectMs: check.timeoutMs,
    signal,
  });
  if (!dialed.ok) return { isGood: false, detail: describeDialFailure(dialed) };
  const { socket } = dialed;
  const asking = { socket, endpoint, check, timeoutMs: Math.max(1, deadlineMs - performance.now()) };
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop);
  try {
    switch (check.type) {
      case 'tcp':
        return { isGood: true, detail: 'connected' };
      case 'http':
        return await probeHttp(asking);
      case 'websocket':
        return await probeWebSocket(asking);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
