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

/** What a gateway is started with. */
export interface GatewayOptions {
  settings: GatewaySettings;
  /** Where the configuration comes from; the gateway closes it when it stops. */
  source: ConfigSource;
  /** Its membership of the fleet; the gateway leaves when it stops. */
  membership: FleetMembership;
  /** Where tickets are redeemed; the gateway closes it when it stops. */
  tickets: TicketRedeemer;
  /** Counts connections against their limits; the gateway closes it when it stops. */
  limiter: ConnectionLimiter;
  logger: Logger;
  /** Where servers beside the gateway listen that no route may dial, as URLs. */
  reservedUrls?: readonly string[];
  /** Whether an upstream runs in this process, so that a connection to it takes three file descriptors in place of two. */
  hasUpstreamInProcess?: boolean;
  /** Writes refusals for people who watch a terminal, beside the log. */
  refusalNotices?: RefusalNotices;
  /** Set where the gateway is one of several workers of one command. */
  supervision?: Supervision;
}

/** What a worker gets from its supervisor, which serves the admin listener for all workers. */
export interface Supervision {
  /** `sup_…` */
  supervisorId: string;
  /**
   * How long it waits for a configuration before it listens without one; null: without a limit, since other workers serve. A
   * gateway without a supervisor listens at once: its load balancer checks its readiness.
   */
  listenWithinMs: number | null;
  /** Listeners that it shares with its predecessor and successor, in the order of its addresses; null: it listens through `node:cluster`. */
  inherited: readonly BoundListener[] | null;
  /** Called when an operator drains this gateway. */
  onDrainAsked(periodMs: number): void;
}

/** The identity of a gateway, from its start to its end. */
export interface GatewayIdentity {
  /** `gtw_…`, a new one at each start. */
  id: string;
  version: string;
  startedAt: Date;
}

/** What the parts of a gateway are composed from. */
export interface GatewayParts extends GatewayOptions {
  identity: GatewayIdentity;
  /** Null: connections are relayed in TypeScript. The gateway closes it when it stops. */
  engine: Engine | null;
  engineStatus: EngineStatus;
}

export function newIdentity(): GatewayIdentity {
  return { id: newId('gateway'), version, startedAt: new Date() };
}
