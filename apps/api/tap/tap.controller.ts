import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemError } from '../http/problem-error.js';
import { Operation } from '../openapi/operation.decorator.js';
import { tapQuerySchema, type TapQuery } from './tap-query.js';

/** Documents the tap, and refuses requests that are not WebSocket handshakes. */
@ApiTags('connections')
@Controller('v1/connections/:connection/tap')
export class TapController {
  @Get()
  @Operation({
    id: 'tapConnection',
    summary: 'WebSocket: stream the frames of one live connection',
    description: `
Each message is JSON with a \`type\`:

| type | fields |
| --- | --- |
| \`frame\` | \`at\`, \`from\`: \`client\` or \`upstream\`, \`opcode\`, \`isFinal\`, \`isCompressed\`, \`length\`: bytes on the wire, \`payload\`: null, or \`{ bytes, isTruncated, isInflated, unknownBytes }\` with base64 in \`bytes\` |
| \`omitted\` | \`count\`: the number of frames that were omitted here, since they came too fast for the gateway or for the client |

A tap never slows the connection down. Taps are audited.

A browser, which cannot send \`Authorization\`, offers the subprotocols \`sluice.tap\` and \`sluice.token.\` followed by its
token. Closed with 1000 when the connection has ended, with 1008 when the credential ends, and with 1011 when the gateway
of the connection can no longer be reached.`,
    status: 101,
    path: ['connection'],
    features: ['query', 'fleet'],
    problems: ['bad_handshake', 'origin_forbidden', 'fleet_incomplete', 'tap_limit'],
  })
  refuse(@Query({ schema: tapQuerySchema }) { payloadBytes }: TapQuery): never {
    const detail = `Open a WebSocket here; it would show ${payloadBytes} bytes of each payload.`;
    throw new ProblemError('bad_handshake', { detail });
  }
}
