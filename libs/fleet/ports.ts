import type { Release } from '#libs/async';
import type { Gateway, GatewayStatus } from '#libs/contract';
import type { FleetEvent } from './events.js';
import type { AgedReports, LeftUsage } from './left-usage.js';
import type { UpstreamLoads } from './upstream-loads.js';
import type { Answer, FleetRequest, RequestKind } from './requests.js';

/** The answers of gateways, and the ids of those without a valid answer in time. */
export interface Answers<Kind extends RequestKind> {
  answers: { gatewayId: string; answer: Answer<Kind> }[];
  unresponsive: string[];
}

/**
 * The API's side: the live gateways. One adapter uses Redis, the other works in this process; both pass the
 * contract tests in `test/support/fleet/`. A promise rejects, within a bounded time, only when the bus itself
 * cannot be reached.
 */
export interface Fleet {
  /**
   * The known gateways by id; a gateway whose heartbeat is overdue is `stale`, and is forgotten an hour
   * later.
   */
  gateways(): Promise<Gateway[]>;
  /**
   * Sends a request to one gateway, or with `null` to all known gateways, including stale ones. Resolves when
   * all have answered, or after `timeoutMs` with the answers until then.
   */
  ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    fields: FleetRequest<Kind>,
    timeoutMs?: number,
  ): Promise<Answers<Kind>>;
  /**
   * Resolves once the listener receives all later events. After an outage of the bus the subscription resumes
   * automatically.
   */
  subscribe(listener: (event: FleetEvent) => void): Promise<Release>;
  /** The reports of usage that gateways left when they stopped, each with its present age. */
  leftUsage(): Promise<LeftUsage[]>;
  /** Deletes what a gateway left. */
  forgetUsage(gatewayId: string): Promise<void>;
  close(): Promise<void>;
}

/** A gateway as a member of the fleet. */
export interface FleetMember {
  id: string;
  status(): GatewayStatus;
  /** The connections by which the fleet balances, at most so many counts. */
  upstreamLoads(maxCounts: number): UpstreamLoads;
  /**
   * Called with the loads of all other live gateways after a heartbeat; with none while the bus is down, and
   * in a fleet that is too large to share them.
   */
  onPeerLoads(peers: readonly UpstreamLoads[]): void;
  /** Expected failures are part of the answer; an exception leaves the request unanswered, and is logged. */
  answer<Kind extends RequestKind>(kind: Kind, fields: FleetRequest<Kind>): Promise<Answer<Kind>>;
}

/** The gateway's side. No call rejects while the bus is down; the gateway joins again afterwards. */
export interface FleetMembership {
  /** Registers the member, and keeps it registered with a heartbeat. */
  join(member: FleetMember): void;
  /** Sends a heartbeat now, since the status has changed. */
  announce(): void;
  /** Publishes an event to all subscribers; it is dropped while the bus is down. */
  publish(event: FleetEvent): void;
  /** Leaves reports of usage for the API, for 30 days; drops them while the bus is down. */
  leaveUsage(gatewayId: string, reports: AgedReports): Promise<void>;
  /** Removes the member, and closes the connections. */
  leave(): Promise<void>;
}
