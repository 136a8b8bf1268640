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
  /** Starts a new one; rejects where it cannot be had on this machine. */
  start(input: ProxyInput): Promise<RunningProxy>;
}

export interface ProxyInput {
  /** Of its own, for files and logs. */
  folder: string;
  pinning: Pinning;
  upstreamPort: number;
  openFiles: number;
}

export interface RunningProxy {
  version: string;
  port: number;
  path: string;
  /** One more field of the handshake, like `X-Api-Key: slc_…`, or an empty string. */
  header: string;
  /** Those whose processor time and memory count; none where there is no proxy. */
  processes: readonly number[];
  /** The end of what it printed. */
  log(): Promise<string>;
  stop(): Promise<void>;
}
