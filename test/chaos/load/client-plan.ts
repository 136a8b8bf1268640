/** What a client of the load does all the time. */
export interface ClientPlan {
  name: string;
  gateway: number;
  url: string;
  tenant: string;
  path: string;
  apiKey: string | null;
  talkEveryMs: number;
  /** How long a connection lasts before the client ends it, and comes again; null: for ever. */
  stayMs: { least: number; most: number } | null;
  seed: number;
}

/** What the process of the load is told. */
export type LoadOrder =
  | { order: 'begin'; plans: ClientPlan[] }
  /** Nothing is sent, opened or ended any more; what is open stays. */
  | { order: 'hush' }
  /** Answered as well; nothing changes. */
  | { order: 'count' }
  | { order: 'leave' };

/** How things stand, in answer to each order but the first. */
export interface LoadCount {
  open: { connection: string; gateway: number; tenant: string; path: string }[];
  /** Messages sent that have not come back. */
  unanswered: number;
  /** Connections that are being opened. */
  opening: number;
  echoed: number;
}
