import type { Socket } from 'node:net';
import type { AbortNotice } from '#libs/async';
import type { UpstreamTls } from '#libs/contract';
import type { UpgradeExchange } from '#libs/engine';
import type { AddressPolicy } from '../addresses/address-policy.js';
import type { ConnectedSocket, ConnectPlain, SentRequest } from './connect-result.js';
import type { DialBudget } from './dial-budget.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

/**
 * Resolves a name to all of its addresses, in the order in which to try them. `refresh`: the cached answer
 * did not help, so name servers are queried again.
 */
export type LookupAddresses = (
  hostname: string,
  options?: { refresh: boolean },
) => Promise<readonly { address: string }[]>;

/** What holds for all upstreams that a request dials. */
export interface DialOptions {
  policy: AddressPolicy;
  /** Maximum time for one upstream: name look-up, TCP and TLS, for all of its addresses together. */
  connectMs: number;
  /** Stops dialing at once, with `aborted`, and leaves nothing open. */
  signal?: AbortNotice | undefined;
  lookup: LookupAddresses;
  /** Certificates to trust in place of the system's, in PEM. */
  trustedCertificates?: string | undefined;
  /** The options of TLS; undefined: verified against the system's certificates and the name of the URL. */
  tls?: UpstreamTls | undefined;
  /**
   * The bytes of the socket's `data` events are valid until the listener returns; a listener that keeps them
   * copies them, which is cheaper than bytes that stay valid. With TLS they stay valid in any case.
   */
  lendsBytes?: boolean | undefined;
  /** Opens plain TCP connections; by default Node does. */
  connectPlain?: ConnectPlain | null | undefined;
  /**
   * Returns an open connection to an address that the policy allows, in place of a new one; null: there is
   * none.
   */
  takeIdle?: ((endpoint: UpstreamEndpoint, address: string) => Socket | null) | undefined;
  /**
   * Returns the request that `connectPlain` may send as soon as it is connected; null if there is none. It is
   * not called for an endpoint with TLS or several addresses.
   */
  exchangeFor?: ((endpoint: UpstreamEndpoint) => UpgradeExchange | null) | null | undefined;
}

/** What one upstream gets of the budget of a request. */
export interface DialShare {
  endpoint: UpstreamEndpoint;
  /** How many addresses of this upstream may be dialed. */
  maxAttempts: number;
  /** When the time for this upstream is over, by `spentMs` of the budget. */
  deadlineMs: number;
  /** The budget of the whole request; each dialed address is subtracted. */
  budget: DialBudget;
}

export type DialFailureCode =
  'upstream_refused' | 'upstream_timeout' | 'upstream_forbidden_address' | 'aborted';

/** `detail` is for the log, not for the client: it may name internal addresses. */
export interface DialFailure {
  ok: false;
  code: DialFailureCode;
  detail: string;
}

/**
 * `socket` is connected, paused, half-open and without Nagle's delay. It keeps an `error` listener, so that
 * an error can't end the process; its next owner adds one to be notified of errors.
 */
export interface Dialed {
  ok: true;
  socket: ConnectedSocket;
  address: string;
  endpoint: UpstreamEndpoint;
  /** How many other addresses of the endpoint would be dialed next. */
  addressesLeft: number;
  /** The request of `exchangeFor`, if it was sent; null otherwise. */
  sent: SentRequest | null;
}

/**
 * Uses a dialed connection. Null if it could not be used: then it has been closed, and the next address is
 * dialed.
 */
export type UseDialed<Used> = (dialed: Dialed) => Used | null | Promise<Used | null>;

/** `failure` is also null if every dialed address connected, and none could be used. */
export type DialOutcome<Used> = { used: Used; failure: null } | { used: null; failure: DialFailure | null };

/**
 * Receives the outcome of a dial, once. It is called in the turn in which the outcome is known, also before
 * the function that dials returns. Promises between the steps took 1 to 3 % of the time of a connection.
 */
export interface DialReceiver<Used> {
  onOutcome(outcome: DialOutcome<Used>): void;
  /** A function that was given to the dial has thrown, which is a bug. */
  onError(error: unknown): void;
}
