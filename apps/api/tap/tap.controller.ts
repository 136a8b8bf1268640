import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemError } from '../http/problem-error.js';
import { Operation } from '../openapi/operation.decorator.js';
import { tapQuerySchema, type TapQuery } from './tap-query.js';

/** Describes the tap, and answers a request for it that is no WebSocket handshake. */
@ApiTags('connections')
@Controller('v1/connections/:connection/tap')
export class TapController {
  @Get()
  @Operation({
    id: 'tapConnection',
    summary: 'WebSocket: shows the frames of one live connection, as they pass',
    description: `
Each message is JSON with a \`type\`:

| type | fields |
| --- | --- |
| \`frame\` | \`at\`, \`from\`: \`client\` or \`upstream\`, \`opcode\`, \`isFinal\`, \`isCompressed\`, \`length\`: bytes on the wire, \`payload\`: null, or \`{ bytes, isTruncated, isInflated, unknownBytes }\` with base64 in \`bytes\` |
| \`omitted\` | \`count\`: so many frames were left out here, since they came too fast for the gateway to tell or for the watcher to read |

The connection is never slowed down by it. The tap is audited.

A browser, which cannot send \`Authorization\`, offers the subprotocols \`sluice.tap\` and \`sluice.token.\` followed by its
token. Closed with 1000 when the connection has ended, with 1008 when the credential ends, and with 1011 when the gateway
of the connection cannot be reached any more.`,
    status: 101,
    path: ['connection'],
    features: ['query', 'fleet'],
    problems: ['bad_handshake', 'fleet_incomplete', 'tap_limit'],
  })
  refuse(@Query({ schema: tapQuerySchema }) { payloadBytes }: TapQuery): never {
    const detail = `Open a WebSocket here; it would show ${payloadBytes} bytes of each payload.`;
    throw new ProblemError('bad_handshake', { detail });
  }
}
