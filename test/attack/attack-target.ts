/** The fields of a route, as its POST takes them. */
export interface RouteFields extends Record<string, unknown> {
  match?: { host?: string; path?: string; pathType?: string; encodedSlash?: string };
}

/** A gateway under attack, and its operator. It may dial 127.0.0.1 and no other special address. */
export interface AttackTarget {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Of its admin listener on 127.0.0.1. */
  readonly adminPort: number;
  /** Whether it resolves the names of `stub-resolver.ts`. */
  readonly hasStubResolver: boolean;
  /** Resolves once requests match the route; rejects where it is not valid. */
  publish(route: RouteFields): Promise<void>;
  /** A key of the tenant whose routes are attacked. */
  issueKey(): Promise<string>;
  /** Rejects if a connection, slot, socket or timer is left, or an error was logged, since the attacks began. */
  expectNoLeaks(): Promise<void>;
  close(): Promise<void>;
}
