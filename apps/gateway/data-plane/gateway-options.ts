import type { Logger } from 'pino';
import type { ConfigSource } from '#libs/config-bus';
import { newId } from '#libs/contract';
import type { TicketRedeemer } from '#libs/credentials';
import type { BoundListener, Engine, EngineStatus } from '#libs/engine';
import type { FleetMembership } from '#libs/fleet';
import type { ConnectionLimiter } from '#libs/limits';
import type { GatewaySettings } from '#libs/settings';
import { version } from '../../bootstrap/version.js';
import type { RefusalNotices } from './refusal-notices.js';

/** The options of a gateway. */
export interface GatewayOptions {
  settings: GatewaySettings;
  /** The source of the configuration; the gateway closes it when it stops. */
  source: ConfigSource;
  /** The membership in the fleet; the gateway leaves when it stops. */
  membership: FleetMembership;
  /** Redeems tickets; the gateway closes it when it stops. */
  tickets: TicketRedeemer;
  /** Counts connections against their limits; the gateway closes it when it stops. */
  limiter: ConnectionLimiter;
  logger: Logger;
  /** The URLs of servers beside the gateway that no route may dial. */
  reservedUrls?: readonly string[];
  /**
   * Whether an upstream runs in this process, so that a connection to it takes three file descriptors instead
   * of two.
   */
  hasUpstreamInProcess?: boolean;
  /** Prints refusals at a terminal, in addition to the log. */
  refusalNotices?: RefusalNotices;
  /** Set if the gateway is one of several workers of one command. */
  supervision?: Supervision;
}

/**
 * The part of a worker's options that comes from its supervisor, which serves the admin listener for all
 * workers.
 */
export interface Supervision {
  /** `sup_…` */
  supervisorId: string;
  /**
   * The time to wait for a configuration before it listens without one; null: no limit, since other workers
   * serve. A gateway without a supervisor listens at once: its load balancer checks its readiness.
   */
  listenWithinMs: number | null;
  /**
   * Listeners that it shares with its predecessor and successor, in the order of its addresses; null: it
   * listens through `node:cluster`.
   */
  inherited: readonly BoundListener[] | null;
  /** Called when an operator drains this gateway. */
  onDrainAsked(periodMs: number): void;
  /** Called when the API has cancelled the drain of this gateway. */
  onUndrainAsked(): void;
}

/** The identity of a gateway, from its start to its end. */
export interface GatewayIdentity {
  /** `gtw_…`, a new id at each start. */
  id: string;
  version: string;
  startedAt: Date;
}

/** The inputs of the parts of a gateway. */
export interface GatewayParts extends GatewayOptions {
  identity: GatewayIdentity;
  /** Null: connections are relayed in TypeScript. The gateway closes it when it stops. */
  engine: Engine | null;
  engineStatus: EngineStatus;
}

export function newIdentity(): GatewayIdentity {
  return { id: newId('gateway'), version, startedAt: new Date() };
}
