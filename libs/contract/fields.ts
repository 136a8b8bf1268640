import { z } from 'zod';

/** A name for people: 1 to 100 characters, no control characters. */
export const displayNameSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'control characters are not allowed');

/** A whole number that limits something, or null for no limit. */
export function limitSchema(minimum: number): z.ZodNullable<z.ZodInt> {
  return z.int().min(minimum).nullable();
}

/** A period in milliseconds, at most 23 days: a timer of Node.js takes no more than 2³¹ ms. */
export const durationMsSchema = z.int().min(1).max(2_000_000_000);

/** A moment as RFC 3339 in UTC, like `2026-11-22T14:00:00.000Z`. */
export const timestampSchema = z.iso.datetime();
