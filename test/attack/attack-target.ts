/** The fields of a route, as in the body of its POST. */
export interface RouteFields extends Record<string, unknown> {
  match?: { host?: string; path?: string; pathType?: string; encodedSlash?: string };
}

/** A gateway under attack, and its operator. The gateway may dial 127.0.0.1 and no other special address. */
export interface AttackTarget {
  /** The port of its client listener on 127.0.0.1. */
  readonly port: number;
  /** The port of its admin listener on 127.0.0.1. */
  readonly adminPort: number;
  /** Whether the gateway resolves the names of `stub-resolver.ts`. */
  readonly hasStubResolver: boolean;
  /**
   * Resolves once requests match the route; rejects if the route is not valid. The `attacker` is another
   * tenant of the gateway.
   */
  publish(route: RouteFields, owner?: 'attacker'): Promise<void>;
  /** Issues a key of the tenant whose routes are attacked. */
  issueKey(): Promise<string>;
  /** Rejects if the attacks left a connection, slot, socket or timer, or caused a logged error. */
  expectNoLeaks(): Promise<void>;
  close(): Promise<void>;
}
