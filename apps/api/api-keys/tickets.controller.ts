import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { issuedTicketSchema, ticketCreateSchema, type IssuedTicket, type TicketCreate } from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { TicketsService } from './tickets.service.js';

@ApiTags('api-keys')
@Controller('v1/tenants/:tenant/api-keys/:key/tickets')
export class TicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Post()
  @Operation({
    id: 'issueTicket',
    summary: 'Create a ticket that opens one connection instead of an API key; only this answer shows it',
    description:
      'For browsers, which must not have the key. A ticket is presented once, at any gateway, as the query parameter ' +
      '`ticket` or as an offered subprotocol `sluice.ticket.…`. The connection counts towards the limits of the key, and ends with it.',
    status: 200,
    answer: issuedTicketSchema,
    path: ['tenant', 'key'],
    features: ['body', 'fleet', 'idempotencyKey'],
    problems: ['key_revoked', 'key_forbidden', 'key_shown_once'],
  })
  issue(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Param('key') key: string,
    @Body({ schema: ticketCreateSchema }) body: TicketCreate,
  ): Promise<IssuedTicket> {
    return this.tickets.issue(context, { tenant, key }, body);
  }
}
