import { LightAbort, type AbortNotice } from '#libs/async';
import type { UpgradeExchange } from '#libs/engine';
import type { CandidateAddresses } from './candidate-addresses.js';
import type { ConnectOptions, ConnectResult } from './connect-result.js';
import { connectTo } from './connect-to.js';
import type { DialOptions } from './dial-options.js';

export interface Connecting {
  address: string;
  timeoutMs: number;
  /** The other addresses of the name, which are replaced when it is resolved again. */
  candidates: CandidateAddresses;
  /** Stops the attempt at once, with `aborted`. */
  signal: AbortNotice | undefined;
  /** Called when the TCP connection is open, before TLS. */
  onOpen?: () => void;
  /** The exchange to begin as soon as the address is connected. */
  exchange?: UpgradeExchange | null;
}

// Most connections are established after a few round trips.
const maxRefreshAfterMs = 1000;

/**
 * Connects to an address of an upstream. If that takes long, the name is resolved again meanwhile: a
 * container that moved leaves an address that answers nothing. An address that the name no longer has is
 * abandoned at once.
 */
export function connectUnlessMoved(
  options: DialOptions,
  connecting: Connecting,
  onResult: (result: ConnectResult) => void,
): void {
  const { endpoint } = options;
  const { signal } = connecting;
  const canMove = !endpoint.isAddress && signal?.aborted !== true;
  if (canMove) connectAndWatch(options, connecting, onResult);
  else connectTo(connectOptions(options, connecting, signal), onResult);
}

function connectOptions(
  { endpoint, trustedCertificates, tls, lendsBytes, connectPlain, takeIdle }: DialOptions,
  { address, timeoutMs, onOpen, exchange = null }: Connecting,
  signal: AbortNotice | undefined,
): ConnectOptions {
  return {
    endpoint,
    address,
    timeoutMs,
    signal,
    onOpen,
    trustedCertificates,
    tls,
    lendsBytes,
    connectPlain,
    takeIdle,
    exchange,
  };
}

function connectAndWatch(
  options: DialOptions,
  connecting: Connecting,
  onResult: (result: ConnectResult) => void,
): void {
  const { endpoint, lookup } = options;
  const { address, timeoutMs, candidates, signal } = connecting;
  const { hostname } = endpoint;
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
  connectTo(connectOptions(options, connecting, stop), (result) => {
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
