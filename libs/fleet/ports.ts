import type { Release } from '#libs/async';
import type { Gateway, GatewayStatus } from '#libs/contract';
import type { FleetEvent } from './events.js';
import type { Answer, FleetRequest, RequestKind } from './requests.js';

/** The answers of gateways, and the ids of those without a valid answer in time. */
export interface Answers<Kind extends RequestKind> {
  answers: { gatewayId: string; answer: Answer<Kind> }[];
  unresponsive: string[];
}

/**
 * The API's side: the live gateways. One adapter goes over Redis, the other stays in this process; both pass the
 * contract tests in `test/support/fleet/`. A promise rejects, within a bounded time, only when the bus itself cannot be reached.
 */
export interface Fleet {
  /** The known gateways by id; one whose heartbeat is overdue is `stale`, and forgotten an hour later. */
  gateways(): Promise<Gateway[]>;
  /**
   * Sends a request to one gateway, or with `null` to every known one, stale ones included. Resolves when all have answered, or
   * after `timeoutMs` with the answers until then.
   */
  ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    fields: FleetRequest<Kind>,
    timeoutMs?: number,
  ): Promise<Answers<Kind>>;
  /** Resolves once later events will be received. After an outage of the bus the subscription resumes by itself. */
  subscribe(listener: (event: FleetEvent) => void): Promise<Release>;
  close(): Promise<void>;
}

/** A gateway, as the fleet sees it. */
export interface FleetMember {
  id: string;
  status(): GatewayStatus;
  /** Expected failures are part of the answer; an exception leaves the request unanswered, and is logged. */
  answer<Kind extends RequestKind>(kind: Kind, fields: FleetRequest<Kind>): Promise<Answer<Kind>>;
}

/** The gateway's side. Nothing here rejects while the bus is away: the gateway joins again when it is back. */
export interface FleetMembership {
  /** Registers the member, and keeps it registered with a heartbeat. */
  join(member: FleetMember): void;
  /** Sends a heartbeat now, since the status has changed. */
  announce(): void;
  /** Publishes an event to all subscribers; it is dropped while the bus is away. */
  publish(event: FleetEvent): void;
  /** Removes the member, and closes the connections. */
  leave(): Promise<void>;
}
