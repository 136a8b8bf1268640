/** The fields of a route, as its POST takes them. */
export interface RouteFields extends Record<string, unknown> {
  match?: { host?: string; path?: string; pathType?: string; encodedSlash?: string };
}

/** A gateway that is attacked, and its operator's hand. It may dial 127.0.0.1 and nothing else that is special. */
export interface AttackedGateway {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Of 127.0.0.1: where its admin listener is. */
  readonly adminPort: number;
  /** Whether it finds the names of `stand-in-resolver.ts`. */
  readonly findsStandInNames: boolean;
  /** Resolves once requests find the route; rejects where it is not valid. */
  publish(route: RouteFields): Promise<void>;
  /** A key of the tenant whose routes are attacked. */
  issueKey(): Promise<string>;
  /** Rejects unless everything was given back and nothing went wrong inside since the attacks began. */
  expectUnharmed(): Promise<void>;
  close(): Promise<void>;
}
