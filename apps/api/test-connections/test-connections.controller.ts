import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemError } from '../http/problem-error.js';
import { Operation } from '../openapi/operation.decorator.js';

/** Documents the test connection, and refuses requests that are not WebSocket handshakes. */
@ApiTags('explain')
@Controller('v1/test-connection')
export class TestConnectionsController {
  @Get()
  @Operation({
    id: 'openTestConnection',
    summary: 'WebSocket: connect to a gateway with header fields that a browser cannot set',
    description: `
For the page **Test** of the console; programs connect to the gateways themselves. The API connects to the URL of the first message, and
relays messages both ways. It sends only the given header fields, and no credential of this request.

The client sends binary messages as they are, and JSON with a \`type\`:

| type | fields |
| --- | --- |
| \`open\` | the first message: \`url\`, \`headers\`: \`[{ name, value }]\`, \`subprotocols\` |
| \`text\` | \`data\`: a text message |
| \`close\` | \`code\`: 1000 or 3000 to 4999, \`reason\` |

The API sends binary messages as they are, and JSON with a \`type\`:

| type | fields |
| --- | --- |
| \`opened\` | \`status\`: 101, \`headers\` of the answer, \`subprotocol\`, \`extensions\` |
| \`refused\` | \`status\`, \`headers\`, \`body\`: the problem document of the gateway, or null |
| \`failed\` | \`problem\`: why no answer was received, as a problem document |
| \`text\` | \`data\`: a text message |
| \`closed\` | \`code\`, \`reason\`: how the connection to the gateway ended |

After \`refused\`, \`failed\` and \`closed\` the API closes with 1000. Header fields of the handshake, of the connection and of proxies
(\`Host\`, \`Connection\`, \`Sec-WebSocket-…\`, \`X-Forwarded-…\`) are refused with \`validation_failed\`. The address must be public, in
\`SLUICE_UPSTREAM_ALLOW\` of the API, or that of \`SLUICE_GATEWAY_PUBLIC_URL\`; others are refused with \`upstream_forbidden_address\`.
A message has at most 1 MiB, and a connection ends with 1008 after 30 minutes. Each tenant and each operator has at most 10.

A browser, which cannot send \`Authorization\`, offers the subprotocols \`sluice.test\` and \`sluice.token.\` followed by its
token. Closed with 1008 when the credential ends.`,
    status: 101,
    path: [],
    features: [],
    problems: ['bad_handshake', 'origin_forbidden', 'test_connection_limit'],
  })
  refuse(): never {
    throw new ProblemError('bad_handshake', { detail: 'Open a WebSocket here.' });
  }
}
