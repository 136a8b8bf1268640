import { z } from 'zod';

/** A query parameter that is `true` or `false`, and `false` when it is left out. */
export const queryFlagSchema = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
