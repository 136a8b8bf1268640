import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { fieldRules } from '#libs/contract';
import { ProblemError } from './problem-error.js';

/**
 * Extends the schema of a body with the fields that only answers have, so that a client can send an answer
 * back as a body. `writableFields` checks and removes them.
 */
export function withReadOnlyFields(body: z.ZodObject, answer: z.ZodObject): z.ZodObject {
  const readOnly = Object.entries(answer.shape)
    .filter(([name]) => !Object.hasOwn(body.shape, name))
    .map(([name, field]) => [name, (field as z.ZodType).optional().meta({ readOnly: true })]);
  return z.strictObject({ ...body.shape, ...(Object.fromEntries(readOnly) as Record<string, z.ZodType>) });
}

/**
 * The fields of a body that `writable` has. Throws `validation_failed` with each other field that differs
 * from the resource.
 */
export function writableFields(
  body: Readonly<Record<string, unknown>>,
  writable: z.ZodObject,
  resource: object,
): Record<string, unknown> {
  const current = new Map<string, unknown>(Object.entries(resource));
  const readOnly = Object.keys(body).filter((name) => !Object.hasOwn(writable.shape, name));
  const errors = readOnly
    .filter((name) => !isUnchanged(name, body[name], current.get(name)))
    .map((field) => ({ field, message: fieldRules.read_only }));
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
  return Object.fromEntries(Object.entries(body).filter(([name]) => !readOnly.includes(name)));
}

// A key may have been used since it was read.
function isUnchanged(name: string, sent: unknown, current: unknown): boolean {
  if (name !== 'lastUsedAt' || typeof current !== 'string') return isDeepStrictEqual(sent, current);
  return sent === null || (typeof sent === 'string' && sent <= current);
}
