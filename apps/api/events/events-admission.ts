import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Principal } from '../http/principal.js';
import { validQuery } from '../http/valid-query.js';
import type { SocketAdmission, SocketOpening } from '../sockets/socket-admission.js';

const noQuerySchema = z.strictObject({});

/** Admits every authenticated client. */
@Injectable()
export class EventsAdmission implements SocketAdmission<Principal> {
  admit({ context, query }: SocketOpening): Promise<Principal> {
    validQuery(noQuerySchema, { ...query });
    return Promise.resolve(context.principal);
  }
}
