/** What one end of a connection saw of it. */
export interface ConnectionNote {
  side: 'client' | 'upstream';
  /**
   * `opened` is noted when the gateway has let it in, `leaving` while the gateway still holds it: so between the two it is live for
   * sure. `ended` is its end, whoever ended it.
   */
  kind: 'opened' | 'leaving' | 'ended';
  /** Of the machine's clock. */
  atMs: number;
  connection: string;
  gateway: number;
  upstream: string;
  tenant: string;
  path: string;
  /** The close code that came with the end. */
  code?: number;
}

/** A client that did not get in; `status` is 0 where nobody answered. */
export interface RefusalNote {
  kind: 'refused';
  startedAtMs: number;
  atMs: number;
  gateway: number;
  path: string;
  status: number;
  problem: string;
}

/** A message that came back as another one, out of order, or not at all. */
export interface GarbledNote {
  kind: 'garbled';
  atMs: number;
  connection: string;
  detail: string;
}

export interface NotesMessage {
  notes: (ConnectionNote | RefusalNote | GarbledNote)[];
}
