import { z } from 'zod';

const maxCount = 10_000_000;

/** The live connections of a gateway: by the id of the route, and then by that of the upstream. */
export const upstreamLoadsSchema = z.record(
  z.string().max(64),
  z.record(z.string().max(64), z.int().min(0).max(maxCount)),
);

export type UpstreamLoads = z.output<typeof upstreamLoadsSchema>;
