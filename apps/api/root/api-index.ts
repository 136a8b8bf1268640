import { z } from 'zod';

const summariesSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** What there is: for each path its methods, and what each of them does. */
export const apiIndexSchema = z
  .strictObject({
    docs: z.string().meta({ description: 'Where Swagger UI is' }),
    openapi: z.string().meta({ description: 'Where the OpenAPI document is' }),
    paths: summariesSchema.meta({ description: 'What each method of each path does' }),
  })
  .meta({ id: 'ApiIndex' });

export type ApiIndex = z.output<typeof apiIndexSchema>;
