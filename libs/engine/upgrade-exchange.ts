/** A request for an upgrade that the engine sends to an upstream as soon as it is connected. */
export interface UpgradeExchange {
  /** The head of the request, as Latin-1. */
  request: string;
  /** The `Sec-WebSocket-Key` in it. */
  key: string;
  /** The subprotocols in it. */
  protocols: readonly string[];
  /** Whether it offers `permessage-deflate`. */
  mayCompress: boolean;
  /** After this time the exchange is taken back, and the answer is awaited in TypeScript. */
  maxMs: number;
}

/** The selection of an upstream in an ordinary 101, which the engine has read and checked. */
export interface SwitchedAnswer {
  /** Null: no subprotocol. */
  protocol: string | null;
  /** `permessage-deflate` with its parameters; empty: no extension. */
  extensions: string;
}
