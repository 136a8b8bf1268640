import { Inject, Injectable } from '@nestjs/common';
import { ulid } from 'ulid';
import type { Fleet } from '#libs/fleet';
import { AuditTrail } from '../audit/audit-trail.js';
import { WriteRates } from '../authentication/write-rates.js';
import { FLEET } from '../composition/injection-tokens.js';
import { LiveConnections } from '../connections/live-connections.js';
import { FleetEvents } from '../fleet/fleet-events.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { requireAccess, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { notFound } from '../http/references.js';
import { validQuery } from '../http/valid-query.js';
import type { SocketAdmission, SocketOpening } from '../sockets/socket-admission.js';
import { tapQuerySchema } from './tap-query.js';
import { TapSession, type TapTarget } from './tap-session.js';
import { TapWatcher } from './tap-watcher.js';

export interface AdmittedTap {
  principal: Principal;
  watcher: TapWatcher;
}

/** Before the WebSocket opens: finds the connection, audits the tap and begins it. */
@Injectable()
export class TapAdmission implements SocketAdmission<AdmittedTap> {
  constructor(
    private readonly live: LiveConnections,
    private readonly audit: AuditTrail,
    private readonly events: FleetEvents,
    @Inject(FLEET) private readonly fleet: Fleet,
    private readonly writeRates: WriteRates,
  ) {}

  async admit({ context, parameters, query, gone }: SocketOpening): Promise<AdmittedTap> {
    const { payloadBytes } = validQuery(tapQuerySchema, { ...query });
    const { principal } = context;
    // The access `read` is not enough, since a tap shows payloads.
    requireAccess(principal, 'manage');
    this.writeRates.take(principal, 0);
    const connection = await this.live.find(principal, parameters['connection'] ?? '');
    const { id: targetId, tenantId } = connection;
    const details = { payloadBytes };
    await this.audit.record(context, { action: 'connection.tap', targetId, tenantId, details });
    const watcher = new TapWatcher();
    await this.#begin({ tapId: ulid(), connection, payloadBytes }, watcher, gone);
    return { principal, watcher };
  }

  async #begin(target: TapTarget, watcher: TapWatcher, gone: AbortSignal): Promise<void> {
    const session = new TapSession(this.fleet, watcher, target);
    const stopListening = await this.events.listen((event) => session.handle(event));
    const end = (): void => {
      stopListening();
      session.end();
    };
    try {
      const lease = await session.begin();
      if (lease === 'notFound') throw notFound('connection');
      if (lease === 'refused') throw new ProblemError('tap_limit', {}, { 'Retry-After': '5' });
      if (lease === 'unresponsive') refuseIncomplete([target.connection.gatewayId]);
    } catch (error) {
      end();
      throw error;
    }
    if (gone.aborted) end();
    else gone.addEventListener('abort', end, { once: true });
  }
}
