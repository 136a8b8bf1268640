import { z } from 'zod';
import { fieldRules } from './field-rules.js';

const healthPathSchema = z
  .string()
  .max(2048)
  .regex(/^\/[\x21\x22\x24-\x7e]*$/, fieldRules.health_path);

/** How a gateway probes the upstreams of a route. */
export const healthCheckSchema = z
  .strictObject({
    type: z.enum(['tcp', 'http', 'websocket']).meta({
      description:
        '`tcp`: opens a connection, with TLS for `wss:`. `http`: sends a GET and checks the status. `websocket`: performs a handshake, sends a ping and expects the pong',
    }),
    path: healthPathSchema.nullable().default(null).meta({
      description:
        "Path that `http` and `websocket` probes request; null means the path of the upstream's URL",
    }),
    subprotocol: z
      .string()
      .max(256)
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, fieldRules.token)
      .nullable()
      .default(null)
      .meta({ description: 'Subprotocol that `websocket` probes offer; null means none' }),
    intervalMs: z
      .int()
      .min(1000)
      .max(3_600_000)
      .default(10_000)
      .meta({ description: 'Interval between probes in milliseconds; each is up to 20 % shorter or longer' }),
    timeoutMs: z
      .int()
      .min(10)
      .max(10_000)
      .default(2000)
      .meta({ description: 'Timeout of a complete probe in milliseconds' }),
    fall: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'Number of consecutive failed probes after which an upstream is unhealthy' }),
    rise: z.int().min(1).max(100).default(2).meta({
      description:
        'Number of consecutive successful probes after which an unhealthy upstream is healthy again',
    }),
    message: z
      .string()
      .max(4096)
      .nullable()
      .default(null)
      .meta({ description: 'Text message that `websocket` probes send; null means none' }),
    expect: z.string().min(1).max(4096).nullable().default(null).meta({
      description: 'Text that a message of the upstream must contain; null means that no message is awaited',
    }),
    expectedStatus: z
      .array(z.int().min(200).max(599))
      .min(1)
      .max(16)
      .nullable()
      .default(null)
      .meta({ description: 'Status codes that `http` probes accept; null means 200 to 399' }),
  })
  .superRefine(({ type, path, subprotocol, message, expect, expectedStatus }, context) => {
    const refuse = (field: string, types: string): void => {
      const params = { code: 'only_with_types', values: { types } };
      context.addIssue({
        code: 'custom',
        path: [field],
        message: `is allowed only with type ${types}`,
        params,
      });
    };
    if (type === 'tcp' && path !== null) refuse('path', '"http" or "websocket"');
    if (type !== 'http' && expectedStatus !== null) refuse('expectedStatus', '"http"');
    if (type === 'websocket') return;
    if (subprotocol !== null) refuse('subprotocol', '"websocket"');
    if (message !== null) refuse('message', '"websocket"');
    if (expect !== null) refuse('expect', '"websocket"');
  })
  .meta({ id: 'RouteHealthCheck' });

/** When an upstream that fails requests is ejected. */
const outlierEjectionSchema = z
  .strictObject({
    consecutiveFailures: z.int().min(1).max(1000).default(5).meta({
      description: 'Number of consecutive failed dials and handshakes after which an upstream is ejected',
    }),
    shortLivedMs: z.int().min(1).max(3_600_000).nullable().default(null).meta({
      description:
        'A connection that the upstream ends within this time in milliseconds without a close frame, or with 1011 to 1014, counts as a failure; null means that none does',
    }),
    baseMs: z.int().min(100).max(3_600_000).default(30_000).meta({
      description: 'Duration of the first ejection in milliseconds; the n-th lasts n times as long',
    }),
    maxMs: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(300_000)
      .meta({ description: 'Maximum duration of an ejection in milliseconds' }),
  })
  .meta({ id: 'RouteOutlierEjection' });

/** The fields of a route on the health of its upstreams. */
export const routeHealthFields = {
  healthCheck: healthCheckSchema.nullable().default(null).meta({
    description: 'How each gateway probes the upstreams; null means that it does not',
  }),
  outlierEjection: outlierEjectionSchema.nullable().prefault({}).meta({
    description:
      'When an upstream that fails requests is ejected, so that it gets no new connections for a time; at most half of the upstreams are ejected. null means never',
  }),
  onDown: z.enum(['keep', 'move']).default('keep').meta({
    description:
      'What happens to live connections to an upstream that probes find unhealthy. `keep`: they are kept. `move`: they are closed with 1012 `upstream down`, spread over time',
  }),
};

export type HealthCheck = z.output<typeof healthCheckSchema>;
