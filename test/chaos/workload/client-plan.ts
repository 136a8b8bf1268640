/** The behaviour of a client until the workload ends. */
export interface ClientPlan {
  name: string;
  gateway: number;
  url: string;
  tenant: string;
  path: string;
  apiKey: string | null;
  sendEveryMs: number;
  /**
   * How long the client keeps a connection before it closes it and reconnects; null: until the end of the
   * run.
   */
  stayMs: { min: number; max: number } | null;
  seed: number;
}

/** A command to the workload process, which answers each but the first with a count. */
export type WorkloadCommand =
  | { command: 'start'; plans: ClientPlan[] }
  /** Stop sending, opening and closing; keep open connections. */
  | { command: 'quiesce' }
  | { command: 'count' }
  | { command: 'leave' };

export interface WorkloadCount {
  open: { connection: string; gateway: number; tenant: string; path: string }[];
  /** Messages without an echo so far. */
  unanswered: number;
  /** Connections in the handshake. */
  opening: number;
  echoed: number;
}
