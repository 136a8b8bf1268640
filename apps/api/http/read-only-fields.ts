import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ProblemError } from './problem-error.js';

/**
 * The schema of a body that also takes the fields that only answers have, so that what was read can be sent back.
 * `writableFields` checks and removes them.
 */
export function withReadOnlyFields(body: z.ZodObject, answer: z.ZodObject): z.ZodObject {
  const readOnly = Object.entries(answer.shape)
    .filter(([name]) => !Object.hasOwn(body.shape, name))
    .map(([name, field]) => [name, (field as z.ZodType).optional().meta({ readOnly: true })]);
  return z.strictObject({ ...body.shape, ...(Object.fromEntries(readOnly) as Record<string, z.ZodType>) });
}

/**
 * The fields of a body that `writable` names. Throws `validation_failed` for each other one that is not what the resource
 * has.
 */
export function writableFields(
  body: Readonly<Record<string, unknown>>,
  writable: z.ZodObject,
  resource: object,
): Record<string, unknown> {
  const current = new Map<string, unknown>(Object.entries(resource));
  const readOnly = Object.keys(body).filter((name) => !Object.hasOwn(writable.shape, name));
  const errors = readOnly
    .filter((name) => !isStillSo(name, body[name], current.get(name)))
    .map((field) => ({ field, message: 'is read-only: leave it out, or send it as it was read' }));
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
  return Object.fromEntries(Object.entries(body).filter(([name]) => !readOnly.includes(name)));
}

// A key can have been used since it was read.
function isStillSo(name: string, sent: unknown, current: unknown): boolean {
  if (name !== 'lastUsedAt' || typeof current !== 'string') return isDeepStrictEqual(sent, current);
  return sent === null || (typeof sent === 'string' && sent <= current);
}
