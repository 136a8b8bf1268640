import { z } from 'zod';
import { limitSchema } from './fields.js';
import { corsSchema } from './route-cors.js';

/** What a route does with requests that ask for no WebSocket. */
export const routeHttpFields = {
  http: z
    .enum(['proxy', 'refuse'])
    .default('refuse')
    .meta({
      description:
        'What happens to ordinary HTTP requests, which ask for no WebSocket. `proxy`: they are forwarded to the upstreams. ' +
        '`refuse`: they are refused with 400',
    }),
  maxRequestBytes: limitSchema(0).default(null).meta({
    description: 'Maximum size of the body of an ordinary request in bytes; null means no limit',
  }),
  cors: corsSchema.nullable().default(null).meta({
    description:
      'How ordinary requests of pages of other origins are answered, with allowedOrigins as the origins; null means by the upstream',
  }),
  requestsPerSecond: limitSchema(1).default(null).meta({
    description: 'Maximum number of ordinary requests per second, in each gateway; null means no limit',
  }),
};
