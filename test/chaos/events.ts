/** What one end of a connection observed. */
export interface ConnectionEvent {
  side: 'client' | 'upstream';
  /**
   * `opened` is recorded once the gateway has admitted it, `leaving` while the gateway still holds it: between the two it is
   * certainly live. `ended` is its end, whoever closed it.
   */
  kind: 'opened' | 'leaving' | 'ended';
  /** Of `machineMs`. */
  atMs: number;
  connection: string;
  gateway: number;
  upstream: string;
  tenant: string;
  path: string;
  /** The close code of the end. */
  code?: number;
}

/** A client that was not admitted; `status` is 0 where no answer came. */
export interface RefusalEvent {
  kind: 'refused';
  startedAtMs: number;
  atMs: number;
  gateway: number;
  path: string;
  status: number;
  problem: string;
}

/** A message that was echoed changed, or out of order. */
export interface CorruptionEvent {
  kind: 'corrupted';
  atMs: number;
  connection: string;
  detail: string;
}

export interface EventsMessage {
  events: (ConnectionEvent | RefusalEvent | CorruptionEvent)[];
}
