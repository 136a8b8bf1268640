import { createHash } from 'node:crypto';
import { ProblemError } from './problem-error.js';

/**
 * The entity tag of a resource: a strong one, made of what the resource holds, so that it stays true when the
 * database is restored. What is shown once (`key`, `token`) and what changes by mere use (`lastUsedAt`) are no part of it.
 */
export function entityTag(resource: object): string {
  const held = { ...resource, key: undefined, token: undefined, lastUsedAt: undefined };
  const content = JSON.stringify(held, inOrderOfNames);
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}

/** Throws `precondition_failed` when `If-Match` was sent and names no tag of this resource (RFC 9110 §13.1.1). */
export function requireMatch(ifMatch: string | null, resource: object): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  const tag = entityTag(resource);
  if (ifMatch.split(',').some((candidate) => candidate.trim() === tag)) return;
  throw new ProblemError('precondition_failed', { detail: 'Read the resource again and send its new ETag.' });
}

// The order of the fields is no part of what a resource holds.
function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
