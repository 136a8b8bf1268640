import { z } from 'zod';

/** A query parameter that is `true` or `false`; `false` by default. */
export const queryFlagSchema = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
