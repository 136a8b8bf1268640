import { Injectable } from '@nestjs/common';
import type { Principal } from '../http/principal.js';
import { validQuery } from '../http/valid-query.js';
import type { SocketAdmission, SocketOpening } from '../sockets/socket-admission.js';
import { EventReplay } from './event-replay.js';
import { eventsQuerySchema } from './events-query.js';

export interface AdmittedListener {
  principal: Principal;
  /** The revision after which changes are replayed; null: only live ones are sent. */
  since: number | null;
}

/** Admits every authenticated client whose `since` can be replayed. */
@Injectable()
export class EventsAdmission implements SocketAdmission<AdmittedListener> {
  constructor(private readonly replay: EventReplay) {}

  async admit({ context, query }: SocketOpening): Promise<AdmittedListener> {
    const { since = null, epoch = null } = validQuery(eventsQuerySchema, { ...query });
    if (since !== null) await this.replay.require({ revision: since, epoch });
    return { principal: context.principal, since };
  }
}
