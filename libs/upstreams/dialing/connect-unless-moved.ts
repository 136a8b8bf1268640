import { LightAbort } from '#libs/async';
import type { CandidateAddresses } from './candidate-addresses.js';
import type { Connecting, ConnectResult } from './connect-result.js';
import { connectTo } from './connect-to.js';
import type { DialOptions } from './dial-options.js';

// Most connections are established after a few round trips.
const maxRefreshAfterMs = 1000;

/**
 * Connects to an address of an upstream. If that takes long, the name is resolved again meanwhile: a
 * container that moved leaves an address that answers nothing. An address that the name no longer has is
 * abandoned at once. `candidates` are the other addresses of the name, which are replaced by then.
 */
export function connectUnlessMoved(
  options: DialOptions,
  connecting: Connecting,
  candidates: CandidateAddresses,
  onResult: (result: ConnectResult) => void,
): void {
  const { endpoint, signal } = connecting;
  const canMove = !endpoint.isAddress && signal?.aborted !== true;
  if (canMove) connectAndWatch(options, connecting, candidates, onResult);
  else connectTo(options, connecting, onResult);
}

function connectAndWatch(
  options: DialOptions,
  connecting: Connecting,
  candidates: CandidateAddresses,
  onResult: (result: ConnectResult) => void,
): void {
  const { endpoint, address, timeoutMs, signal, onOpen, exchange } = connecting;
  const { hostname } = endpoint;
  const stop = new LightAbort();
  const onAbort = (): void => stop.abort();
  signal?.addEventListener('abort', onAbort);
  let isOver = false;
  const refresh = async (): Promise<void> => {
    const found = await options.lookup(hostname, { refresh: true }).catch(() => null);
    if (found === null || isOver) return;
    const addresses = found.map((one) => one.address);
    candidates.replace(addresses);
    if (!addresses.includes(address)) stop.abort();
  };
  const timer = setTimeout(() => void refresh(), Math.min(maxRefreshAfterMs, timeoutMs / 4));
  const stoppable = { endpoint, address, timeoutMs, signal: stop, onOpen, exchange };
  connectTo(options, stoppable, (result) => {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    const hasMoved = !result.ok && result.code === 'aborted' && signal?.aborted !== true;
    onResult(hasMoved ? moved(hostname, address) : result);
  });
}

function moved(hostname: string, address: string): ConnectResult {
  return { ok: false, code: 'upstream_refused', detail: `${hostname} no longer has the address ${address}` };
}
