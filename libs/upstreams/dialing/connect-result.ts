import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { AbortNotice } from '#libs/async';
import type { EngineSocket, SwitchedAnswer, UpgradeExchange } from '#libs/engine';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

export type ConnectedSocket = Socket | TLSSocket | EngineSocket;

/** Starts connecting to an IP address, and an exchange there if one is given. */
export type ConnectPlain = (address: string, port: number, exchange: UpgradeExchange | null) => EngineSocket;

/** An address of an upstream that is being connected to. */
export interface Connecting {
  endpoint: UpstreamEndpoint;
  /** The resolved address of the endpoint. */
  address: string;
  timeoutMs: number;
  /** Stops the attempt at once, with `aborted`. */
  signal: AbortNotice | undefined;
  /** Called when the TCP connection is open, before TLS. */
  onOpen: (() => void) | undefined;
  /** The exchange that `connectPlain` begins as soon as it is connected. */
  exchange: UpgradeExchange | null;
}

/** A request that was sent as soon as the upstream was connected. */
export interface SentRequest {
  /** By `performance.now()`. */
  sentAtMs: number;
  /** The ordinary 101 to it; null: any other answer, or none yet. */
  switched: SwitchedAnswer | null;
}

export type ConnectResult =
  | { ok: true; socket: ConnectedSocket; address: string; sent: SentRequest | null }
  | { ok: false; code: 'upstream_refused' | 'upstream_timeout' | 'aborted'; detail: string };

export const aborted = { ok: false, code: 'aborted', detail: 'dialing was aborted' } as const;

export const closedEarly = 'the connection closed before it was established';

export function refused({ address, endpoint }: Connecting, reason: string): ConnectResult {
  return { ok: false, code: 'upstream_refused', detail: `${address} port ${endpoint.port}: ${reason}` };
}

export function timedOut({ address, endpoint }: Connecting): ConnectResult {
  const detail = `${address} port ${endpoint.port}: no connection in time`;
  return { ok: false, code: 'upstream_timeout', detail };
}
