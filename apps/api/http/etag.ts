import { createHash, type Hash } from 'node:crypto';
import { ProblemError } from './problem-error.js';

/**
 * The entity tag of a resource: a strong one, made of what the resource holds, so that it stays true when the
 * database is restored. What is shown once (`key`, `token`) and what changes by mere use (`lastUsedAt`) are no part of it.
 */
export function entityTag(resource: object): string {
  const held = { ...resource, key: undefined, token: undefined, lastUsedAt: undefined };
  return entityTagOf(createHash('sha256').update(contentOf(held)));
}

/** The entity tag of what a hash was made of, for what is too large to be hashed at once. */
export function entityTagOf(hash: Hash): string {
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

/** What a resource holds, as a text; the order of its fields is no part of that. */
export function contentOf(resource: object): string {
  return JSON.stringify(resource, inOrderOfNames);
}

/** Throws `precondition_failed` when `If-Match` was sent and names no tag of this resource (RFC 9110 §13.1.1). */
export function requireMatch(ifMatch: string | null, resource: object): void {
  if (ifMatch !== null) requireTag(ifMatch, entityTag(resource));
}

/** The same for a resource whose tag is known. */
export function requireTag(ifMatch: string | null, tag: string): void {
  if (ifMatch === null || ifMatch.trim() === '*') return;
  if (ifMatch.split(',').some((candidate) => candidate.trim() === tag)) return;
  throw new ProblemError('precondition_failed', { detail: 'Read the resource again and send its new ETag.' });
}

function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
