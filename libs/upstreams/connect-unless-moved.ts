import { isIP } from 'node:net';
import { LightAbort } from '#libs/async';
import type { CandidateAddresses } from './candidate-addresses.js';
import { connectTo, type ConnectResult } from './connect-to.js';
import type { DialOptions } from './dial-options.js';

export interface Connecting {
  address: string;
  timeoutMs: number;
  /** The others of the name, which are replaced when it is resolved again. */
  candidates: CandidateAddresses;
}

// Most connections are there after a few round trips.
const maxRefreshAfterMs = 1000;

/**
 * Connects to an address of an upstream. When that takes long, the name is resolved again meanwhile: a container that came back
 * elsewhere leaves an address that answers nothing. An address that the name no longer has is abandoned at once.
 */
export async function connectUnlessMoved(
  options: DialOptions,
  { address, timeoutMs, candidates }: Connecting,
): Promise<ConnectResult> {
  const { endpoint, signal, lookup, trustedCertificates, tls, lendsBytes, connectPlain } = options;
  const connecting = { endpoint, address, timeoutMs, trustedCertificates, tls, lendsBytes, connectPlain };
  const { hostname } = endpoint;
  const isAborted = (): boolean => signal?.aborted === true;
  if (isIP(hostname) !== 0 || isAborted()) return connectTo({ signal, ...connecting });

  const stop = new LightAbort();
  const onAbort = (): void => stop.abort();
  signal?.addEventListener('abort', onAbort);
  let isOver = false;
  const refresh = async (): Promise<void> => {
    const found = await lookup(hostname, { refresh: true }).catch(() => null);
    if (found === null || isOver) return;
    const addresses = found.map((one) => one.address);
    candidates.replace(addresses);
    if (!addresses.includes(address)) stop.abort();
  };
  const timer = setTimeout(() => void refresh(), Math.min(maxRefreshAfterMs, timeoutMs / 4));
  const result = await connectTo({ signal: stop, ...connecting });
  isOver = true;
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  if (result.ok || result.code !== 'aborted' || isAborted()) return result;
  return { ok: false, code: 'upstream_refused', detail: `${hostname} no longer has the address ${address}` };
}
