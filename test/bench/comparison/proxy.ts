import type { Pinning } from './pinning.js';

/** A form of Sluice, a peer, or no proxy. */
export type ProxyRole = 'sluice' | 'peer' | 'direct';

/** A participant of the comparison. */
export interface ProxyKind {
  name: string;
  role: ProxyRole;
  /** A short description of its setup for the table. */
  setup: string;
  /** The benchmark fails if this kind does not start; other kinds are reported as missing. */
  isRequired?: boolean;
  /** Measured only if `--only` names it. */
  isOnRequest?: boolean;
  /** Starts a new process; rejects if the program is not available on this machine. */
  start(input: ProxyInput): Promise<RunningProxy>;
}

export interface ProxyInput {
  /** A separate folder for files and logs. */
  folder: string;
  pinning: Pinning;
  upstreamPort: number;
  openFiles: number;
  /** Whether its memory is measured, so that it must collect its garbage on request. */
  isForMemory: boolean;
  /** Whether the proxy forwards; by default, whether a WebSocket handshake gets a 101. */
  probe?: ((target: ProbedTarget) => Promise<boolean>) | undefined;
}

/** The target of the load, and its processes. */
export interface ProxyTarget {
  port: number;
  path: string;
  /** An additional field of the handshake, like `X-Api-Key: slc_…`, or an empty string. */
  header: string;
  /** The processes whose processor time and memory count; empty without a proxy. */
  processes: readonly number[];
}

/** A target whose processes are not known yet. */
export type ProbedTarget = Omit<ProxyTarget, 'processes'>;

export interface RunningProxy extends ProxyTarget {
  version: string;
  /** A second target with local limits, if the limits of this target are fleet-wide. */
  withLocalLimits?: ProxyTarget;
  /** The URL of Sluice's `/readyz` and `/metrics`. */
  adminUrl?: string;
  /** Defined only with `isForMemory`, for programs that can collect garbage on request. */
  collectGarbage?(): Promise<void>;
  /** The end of its output. */
  log(): Promise<string>;
  stop(): Promise<void>;
}
