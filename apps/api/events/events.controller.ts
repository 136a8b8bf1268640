import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemError } from '../http/problem-error.js';
import { Operation } from '../openapi/operation.decorator.js';
import { eventsQuerySchema, type EventsQuery } from './events-query.js';

/** Documents `/v1/events`, and refuses requests that are not WebSocket handshakes. */
@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  @Get()
  @Operation({
    id: 'listenToEvents',
    summary:
      'WebSocket: stream committed changes, opened and closed connections, and gateways that start and stop',
    description: `
Each message is JSON with a \`type\`:

| type | fields | who receives it |
| --- | --- | --- |
| \`change\` | \`epoch\`, \`revision\`, \`committedAt\`, \`tenantId\`, \`entries\`: \`[{ kind, id, op: "put" or "delete" }]\`, at most 250; \`more\`: whether the next message continues this revision | operator, tenant |
| \`connection.opened\` | \`at\`, \`connection\`: \`{ id, tenantId, routeId, apiKeyId, gatewayId, clientAddress }\` | operator, tenant |
| \`connection.closed\` | the same, and \`endedBy\`, \`closeCode\`, \`reason\`, \`durationMs\`, \`fromClient\` and \`fromUpstream\`: \`{ messages, bytes }\` | operator, tenant |
| \`connections.omitted\` | \`at\`, \`gatewayId\`, \`tenantId\`, \`opened\`, \`closed\`: the number of events of this gateway and tenant that were omitted since the last such message, to limit the rate | operator, tenant |
| \`upstream.health\` | \`at\`, \`gatewayId\`, \`tenantId\`, \`routeId\`, \`upstream\`: \`{ id, url }\`, \`from\`, \`to\`, \`why\`: the health of an upstream has changed, as this gateway observed it | operator, tenant |
| \`gateway.started\`, \`gateway.draining\`, \`gateway.resumed\`, \`gateway.stopped\` | \`at\`, \`gateway\`: as \`/v1/gateways\` shows it, without \`lastSeenAt\` | operator |
| \`live\` | \`epoch\`, \`revision\`: the replay of \`since\` is over, and what follows is live | operator, tenant |

Changes come in order and without a gap while the socket is open. A large one, like the deletion of a tenant with thousands of routes, comes
in several messages, of one revision or of several. Events of gateways are best effort.

A client that was disconnected opens the socket with \`?since=\` and the last \`revision\` that it has, and gets all later changes, without a gap and
without a repetition, and then live ones; with \`&epoch=\` it is sure that the revision is of the same history. The last 10,000 revisions can be
replayed, up to 48 MiB of changes; for an older one, one of the future, or one of another epoch the answer is 410 \`revision_gone\`: read the state again. Events of
gateways are not replayed, and are sent after \`live\` only.

A browser, which cannot send \`Authorization\`, offers the subprotocols \`sluice.events\` and \`sluice.token.\` followed by its
token. Closed with 1008 when the credential ends, and with 1013 when the client is more than 32 MiB behind.`,
    status: 101,
    path: [],
    features: ['query'],
    problems: ['bad_handshake', 'origin_forbidden', 'revision_gone'],
  })
  refuse(@Query({ schema: eventsQuerySchema }) { since }: EventsQuery): never {
    const replayed = since === undefined ? '' : `; it would begin after revision ${since}`;
    throw new ProblemError('bad_handshake', { detail: `Open a WebSocket here${replayed}.` });
  }
}
