import { z } from 'zod';

const summariesSchema = z.record(z.string(), z.record(z.string(), z.string()));

/** The paths of the API, with the summary of each method. */
export const apiIndexSchema = z
  .strictObject({
    docs: z.string().meta({ description: 'Path of Swagger UI' }),
    openapi: z.string().meta({ description: 'Path of the OpenAPI document' }),
    paths: summariesSchema.meta({ description: 'The summary of each method of each path' }),
  })
  .meta({ id: 'ApiIndex' });

export type ApiIndex = z.output<typeof apiIndexSchema>;
