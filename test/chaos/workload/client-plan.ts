/** What a client of the workload does until the workload ends. */
export interface ClientPlan {
  name: string;
  gateway: number;
  url: string;
  tenant: string;
  path: string;
  apiKey: string | null;
  sendEveryMs: number;
  /** How long a connection lasts before the client closes it and reconnects; null: until the end. */
  stayMs: { min: number; max: number } | null;
  seed: number;
}

/** A command to the workload process; every one but the first is answered with a count. */
export type WorkloadCommand =
  | { command: 'start'; plans: ClientPlan[] }
  /** Send, open and close nothing any more; keep open connections. */
  | { command: 'quiesce' }
  | { command: 'count' }
  | { command: 'leave' };

export interface WorkloadCount {
  open: { connection: string; gateway: number; tenant: string; path: string }[];
  /** Messages that were sent and not echoed yet. */
  unanswered: number;
  /** Connections that are being opened. */
  opening: number;
  echoed: number;
}
