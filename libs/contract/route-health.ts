import { z } from 'zod';

const healthPathSchema = z
  .string()
  .max(2048)
  .regex(/^\/[\x21\x22\x24-\x7e]*$/, 'expected a path like "/health", with or without a query');

/** How a gateway asks the upstreams of a route whether they are well. */
export const healthCheckSchema = z
  .strictObject({
    type: z.enum(['tcp', 'http', 'websocket']).meta({
      description:
        '`tcp`: a connection, with TLS for `wss:`. `http`: a GET and its status. `websocket`: a handshake, a ping and its pong',
    }),
    path: healthPathSchema
      .nullable()
      .default(null)
      .meta({ description: "What `http` and `websocket` ask for; null: the path of the upstream's URL" }),
    subprotocol: z
      .string()
      .max(256)
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'expected a token')
      .nullable()
      .default(null)
      .meta({ description: 'The subprotocol that `websocket` offers; null: none' }),
    intervalMs: z
      .int()
      .min(1000)
      .max(3_600_000)
      .default(10_000)
      .meta({ description: 'Time between two probes; each is up to 20 % shorter or longer' }),
    timeoutMs: z.int().min(10).max(10_000).default(2000).meta({ description: 'Time for a whole probe' }),
    fall: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'Failed probes in a row after which an upstream is unhealthy' }),
    rise: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .meta({ description: 'Good probes in a row after which an unhealthy upstream is healthy again' }),
    message: z
      .string()
      .max(4096)
      .nullable()
      .default(null)
      .meta({ description: 'A text message that `websocket` sends; null: none' }),
    expect: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .meta({ description: 'What a message of the upstream has to contain; null: none is awaited' }),
    expectedStatus: z
      .array(z.int().min(200).max(599))
      .min(1)
      .max(16)
      .nullable()
      .default(null)
      .meta({ description: 'The statuses that `http` takes as good; null: 200 to 399' }),
  })
  .superRefine(({ type, path, subprotocol, message, expect, expectedStatus }, context) => {
    const refuse = (field: string, types: string): void =>
      context.addIssue({ code: 'custom', path: [field], message: `goes with ${types} only` });
    if (type === 'tcp' && path !== null) refuse('path', 'the types "http" and "websocket"');
    if (type !== 'http' && expectedStatus !== null) refuse('expectedStatus', 'the type "http"');
    if (type === 'websocket') return;
    if (subprotocol !== null) refuse('subprotocol', 'the type "websocket"');
    if (message !== null) refuse('message', 'the type "websocket"');
    if (expect !== null) refuse('expect', 'the type "websocket"');
  })
  .meta({ id: 'RouteHealthCheck' });

/** When an upstream that fails requests is left out for a while. */
const outlierEjectionSchema = z
  .strictObject({
    consecutiveFailures: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .meta({ description: 'Failed dials and handshakes in a row after which an upstream is ejected' }),
    shortLivedMs: z.int().min(1).max(3_600_000).nullable().default(null).meta({
      description:
        'A connection that the upstream ends within this time without a close frame, or with 1011 to 1014, is a failure; null: none is',
    }),
    baseMs: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(30_000)
      .meta({ description: 'How long the first ejection lasts; the n-th lasts n times as long' }),
    maxMs: z.int().min(100).max(3_600_000).default(300_000).meta({ description: 'The longest ejection' }),
  })
  .meta({ id: 'RouteOutlierEjection' });

/** The fields of a route on the health of its upstreams. */
export const routeHealthFields = {
  healthCheck: healthCheckSchema.nullable().default(null).meta({
    description: 'How each gateway probes the upstreams; null: it does not',
  }),
  outlierEjection: outlierEjectionSchema.nullable().prefault({}).meta({
    description:
      'When an upstream that fails requests gets no new connections for a while; at most half of the upstreams. null: never',
  }),
  onDown: z.enum(['keep', 'move']).default('keep').meta({
    description:
      'What happens to live connections with an upstream that probes find unhealthy: they stay, or are closed with 1012 `upstream down`, spread over time',
  }),
};

export type HealthCheck = z.output<typeof healthCheckSchema>;
