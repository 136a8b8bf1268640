import type { z } from 'zod';
import { issueMessage } from './issue-message.js';

/** Validates input of a client; the issues name the accepted values. */
export function safeParse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(value, { error: issueMessage, reportInput: true });
}
