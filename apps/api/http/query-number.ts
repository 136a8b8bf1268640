import { z } from 'zod';

/**
 * A query parameter that is a whole number in decimal digits. `Number`, which `z.coerce` uses, also accepts
 * `0x10`, `1e1` and an empty string.
 */
export function queryNumberSchema(number: z.ZodInt): z.ZodPreprocess<z.ZodInt> {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^(?:0|[1-9][0-9]*)$/.test(value) ? Number(value) : value),
    number,
  );
}
