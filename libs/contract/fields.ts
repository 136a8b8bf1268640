import { z } from 'zod';
import { hasFormOfId } from './identifiers.js';
import { fieldRules } from './field-rules.js';

/** A text for display, on one line: at most 100 characters, no control characters. */
export const displayTextSchema = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, fieldRules.control_characters);

/** A display name: a text that is not empty. */
export const displayNameSchema = displayTextSchema.min(1);

const notAnId = { error: fieldRules.form_of_an_id };

/** A name that can be used in place of an id; it may be empty. */
export const referableTextSchema = displayTextSchema.refine((text) => !hasFormOfId(text), notAnId);

/** A name that can be used in place of an id. */
export const referableNameSchema = displayNameSchema.refine((text) => !hasFormOfId(text), notAnId);

/** A limit as a whole number, or null for no limit. */
export function limitSchema(minimum: number): z.ZodNullable<z.ZodInt> {
  return z.int().min(minimum).nullable();
}

/** A period in milliseconds, at most 23 days: the delay of a Node.js timer is limited to 2³¹ ms. */
export const durationMsSchema = z.int().min(1).max(2_000_000_000);

/** A moment as RFC 3339 in UTC, like `2026-11-22T14:00:00.000Z`. */
export const timestampSchema = z.iso.datetime({
  error: 'expected a moment in UTC like "2026-11-22T14:00:00Z" (RFC 3339)',
});

const momentText = fieldRules.moment;

/** A moment as clients may write it, with any offset from UTC (RFC 3339 §5.6); it is converted to UTC. */
export const momentSchema = z.iso
  .datetime({ offset: true, error: momentText, abort: true })
  .refine((text) => timestampSchema.safeParse(inUtc(text)).success, { error: momentText })
  .overwrite(inUtc)
  .meta({ example: '2026-11-22T14:00:00Z' });

// A moment in UTC is kept as written, so that stored values do not change.
function inUtc(text: string): string {
  const moment = new Date(text);
  return text.endsWith('Z') || Number.isNaN(moment.getTime()) ? text : moment.toISOString();
}
