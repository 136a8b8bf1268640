import { createHash } from 'node:crypto';
import { ProblemError } from './problem-error.js';

/**
 * The entity tag of a resource: a strong one, made of what the resource holds, so that it stays true when the
 * database is restored. What is shown once (`key`) and what changes by mere use (`lastUsedAt`) are no part of it.
 */
export function entityTag(resource: object): string {
  const held = Object.entries(resource).filter(([name]) => name !== 'key' && name !== 'lastUsedAt');
  return `"${createHash('sha256').update(JSON.stringify(held)).digest('base64url').slice(0, 27)}"`;
}

/** Throws `precondition_failed` when `If-Match` was sent and names no tag of this resource (RFC 9110 §13.1.1). */
export function requireMatch(ifMatch: string | null, resource: object): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  const tag = entityTag(resource);
  if (ifMatch.split(',').some((candidate) => candidate.trim() === tag)) return;
  throw new ProblemError('precondition_failed', { detail: 'Read the resource again and send its new ETag.' });
}
