/** The side of a connection that observed the event. */
export interface ConnectionEvent {
  side: 'client' | 'upstream';
  /**
   * `opened` is recorded once the gateway has admitted the connection, and `leaving` while the gateway still
   * holds it: in between it is certainly live. `ended` is its end, whichever side closed it.
   */
  kind: 'opened' | 'leaving' | 'ended';
  /** A time of `machineMs`. */
  atMs: number;
  connection: string;
  gateway: number;
  upstream: string;
  tenant: string;
  path: string;
  /** The close code. */
  code?: number;
}

/** A client that was not admitted; `status` is 0 if it got no answer. */
export interface RefusalEvent {
  kind: 'refused';
  startedAtMs: number;
  atMs: number;
  gateway: number;
  path: string;
  status: number;
  problem: string;
}

/** A message that came back changed or out of order. */
export interface CorruptionEvent {
  kind: 'corrupted';
  atMs: number;
  connection: string;
  detail: string;
}

export interface EventsMessage {
  events: (ConnectionEvent | RefusalEvent | CorruptionEvent)[];
}
