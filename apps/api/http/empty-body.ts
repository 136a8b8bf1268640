import { z } from 'zod';

/** The body of a POST that has nothing to say: none at all, or an empty object. */
export const emptyBodySchema = z.strictObject({}).optional();
