import type { Pinning } from './pinning.js';

/** Sluice in one of its forms, a peer that it is compared with, or no proxy at all. */
export type ProxyRole = 'sluice' | 'peer' | 'direct';

/** One of those that are compared. */
export interface ProxyKind {
  name: string;
  role: ProxyRole;
  /** How it is set up, in a few words for the table. */
  setup: string;
  /** Where it fails to start, so does the benchmark; of others it says that they are missing. */
  isRequired?: boolean;
  /** Measured only where `--only` names it. */
  isOnRequest?: boolean;
  /** Starts a new one; rejects where it cannot be had on this machine. */
  start(input: ProxyInput): Promise<RunningProxy>;
}

export interface ProxyInput {
  /** Of its own, for files and logs. */
  folder: string;
  pinning: Pinning;
  upstreamPort: number;
  openFiles: number;
  /** Whether its memory is measured, so that its garbage has to be collected on request. */
  isForMemory: boolean;
}

/** Where the load goes, and who serves it. */
export interface ProxyTarget {
  port: number;
  path: string;
  /** One more field of the handshake, like `X-Api-Key: slc_…`, or an empty string. */
  header: string;
  /** Those whose processor time and memory count; none where there is no proxy. */
  processes: readonly number[];
}

export interface RunningProxy extends ProxyTarget {
  version: string;
  /** A second one whose limits hold in one gateway, where those of this one hold over the fleet. */
  withLocalLimits?: ProxyTarget;
  /** Where Sluice has `/readyz` and `/metrics`. */
  adminUrl?: string;
  /** Only where it has a garbage collector that can be asked, and `isForMemory`. */
  collectGarbage?(): Promise<void>;
  /** The end of what it printed. */
  log(): Promise<string>;
  stop(): Promise<void>;
}
