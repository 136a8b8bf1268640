import type { Release } from '#libs/async';
import type { Gateway, GatewayStatus } from '#libs/contract';
import type { FleetEvent } from './events.js';
import type { Answer, Question, QuestionKind } from './questions.js';

/** What gateways answered, and the ids of those that did not in time, or answered something else. */
export interface Answers<Kind extends QuestionKind> {
  answers: { gatewayId: string; answer: Answer<Kind> }[];
  silent: string[];
}

/**
 * The API's end: all gateways that live. One adapter goes over Redis, the other stays in this process; both pass the
 * contract tests in `test/support/fleet/`. A promise rejects, within a bounded time, only when the bus itself cannot be reached.
 */
export interface Fleet {
  /** The known gateways by id; one whose heartbeat is overdue is `stale`, and forgotten an hour later. */
  gateways(): Promise<Gateway[]>;
  /**
   * Asks one gateway, or with `null` every known one, stale ones too. Resolves when all have answered, or after
   * `timeoutMs` with what there is.
   */
  ask<Kind extends QuestionKind>(
    gatewayId: string | null,
    kind: Kind,
    question: Question<Kind>,
    timeoutMs?: number,
  ): Promise<Answers<Kind>>;
  /** Resolves once later events will be heard; after the bus was away, listening goes on by itself. */
  subscribe(listener: (event: FleetEvent) => void): Promise<Release>;
  close(): Promise<void>;
}

/** What a gateway brings into the fleet. */
export interface FleetMember {
  id: string;
  status(): GatewayStatus;
  /** An expected failure is part of the answer; what this throws leaves the question unanswered, and is logged. */
  answer<Kind extends QuestionKind>(kind: Kind, question: Question<Kind>): Promise<Answer<Kind>>;
}

/** The gateway's end. Nothing here rejects because the bus is away: it is joined again when it is back. */
export interface FleetMembership {
  /** Makes the member known, and keeps it known with a heartbeat. */
  join(member: FleetMember): void;
  /** Sends a heartbeat now, since the status has changed. */
  announce(): void;
  /** Tells whoever listens; what cannot be told is dropped. */
  tell(event: FleetEvent): void;
  /** Makes the member unknown, and ends. */
  leave(): Promise<void>;
}
