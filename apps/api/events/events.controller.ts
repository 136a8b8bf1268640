import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProblemError } from '../http/problem-error.js';
import { ProblemResponses } from '../openapi/problem-responses.js';

/** Describes `/v1/events`, and answers a request for it that is no WebSocket handshake. */
@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  @Get()
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'listenToEvents',
    summary: 'WebSocket: streams committed changes',
    description:
      'Each message is JSON: `{ "type": "change", "revision", "committedAt", "tenantId", "entries": [{ "kind", "id", ' +
      '"op": "put" or "delete" }] }`. A browser, which cannot send `Authorization`, offers the subprotocols ' +
      '`sluice.events` and `sluice.token.` followed by its token. Closed with 1008 when the credential ends, and with ' +
      '1013 when the client reads too slowly.',
  })
  @ApiResponse({ status: 101, description: 'The socket is a WebSocket now' })
  @ProblemResponses(['bad_handshake', 'invalid_request', 'unauthorized', 'forbidden', 'tenant_suspended'])
  refuse(): never {
    throw new ProblemError('bad_handshake', { detail: 'Open a WebSocket here.' });
  }
}
