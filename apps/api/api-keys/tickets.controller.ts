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
    summary:
      'Make a ticket that opens one connection in place of an API key; this answer is the only one that shows it',
    description:
      'For a browser that must not hold the key. It is presented once, on any gateway, as the query parameter ' +
      '`ticket` or as an offered subprotocol `sluice.ticket.…`. The connection counts as the key’s and ends with it.',
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
