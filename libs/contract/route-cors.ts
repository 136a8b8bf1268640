import { z } from 'zod';
import { fieldNameSchema } from './header-fields.js';
import { fieldRules } from './field-rules.js';

// With credentials, browsers take "*" for a name (Fetch §3.3.4); without a list nothing is left out.
const corsHeaderSchema = fieldNameSchema.refine((name) => name !== '*', {
  error: fieldRules.cors_header,
});

const methodSchema = z.string().regex(/^[A-Z]{1,32}$/, fieldRules.method);

/** The answers of a route to pages of other origins (Fetch §3.3). */
export const corsSchema = z
  .strictObject({
    allowedMethods: z
      .array(methodSchema)
      .min(1)
      .max(32)
      .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .meta({ description: 'Methods with which pages of other origins may send requests' }),
    allowedHeaders: z.array(corsHeaderSchema).max(128).nullable().default(null).meta({
      description: 'Header fields that such pages may send; null means any',
    }),
    exposedHeaders: z.array(corsHeaderSchema).max(128).default([]).meta({
      description: 'Header fields of answers that such pages may read, besides those that all may',
    }),
    allowCredentials: z.boolean().default(false).meta({
      description:
        'Whether browsers send cookies of the route with such requests; requires allowedOrigins of the route',
    }),
    maxAgeSeconds: z.int().min(0).max(86_400).nullable().default(null).meta({
      description: 'How long browsers may keep the answer to a preflight; null leaves it to them (5 s)',
    }),
  })
  .meta({ id: 'RouteCors' });

/** Why the CORS fields of a route contradict its origins; null if they do not. */
export function corsProblem(
  cors: Pick<z.output<typeof corsSchema>, 'allowCredentials'> | null,
  allowedOrigins: readonly string[] | null,
): string | null {
  if (cors?.allowCredentials !== true) return null;
  if (allowedOrigins === null) return fieldRules.cors_origins;
  return allowedOrigins.includes('null') ? fieldRules.cors_null_origin : null;
}

export type RouteCors = z.output<typeof corsSchema>;
