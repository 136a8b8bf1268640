import type { z } from 'zod';
import { issueMessage } from './issue-message.js';

/** Validates input of a client; the issues say what to write instead. */
export function safeParse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(value, { error: issueMessage });
}
