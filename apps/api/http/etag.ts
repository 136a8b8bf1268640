import { createHash, type Hash } from 'node:crypto';
import { ProblemError } from './problem-error.js';

/**
 * The strong entity tag of a resource, a hash of its fields, so that it is still valid after the database was
 * restored. Excludes fields that are shown once (`key`, `token`, `secret`), and `lastUsedAt`, which changes
 * with use.
 */
export function entityTag(resource: object): string {
  const held = { ...resource, key: undefined, token: undefined, secret: undefined, lastUsedAt: undefined };
  return entityTagOf(createHash('sha256').update(contentOf(held)));
}

/** The entity tag of a page: a hash of its whole text, since it also shows what tags of resources exclude. */
export function pageTag(page: object): string {
  return entityTagOf(createHash('sha256').update(JSON.stringify(page)));
}

/** The entity tag of a hash, for content that is too large to be hashed at once. */
export function entityTagOf(hash: Hash): string {
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

/** The fields of a resource as text, independent of their order. */
export function contentOf(resource: object): string {
  return JSON.stringify(resource, inOrderOfNames);
}

/**
 * Throws `precondition_failed` when `If-Match` was sent without the tag of this resource (RFC 9110 §13.1.1).
 */
export function requireMatch(ifMatch: string | null, resource: object): void {
  if (ifMatch !== null) requireTag(ifMatch, entityTag(resource));
}

/**
 * Throws `precondition_failed` unless `If-Match` and `If-None-Match` allow a PUT; `resource` is null if there
 * is none yet (RFC 9110 §13.1).
 */
export function requirePreconditions(
  { ifMatch, ifNoneMatch }: { ifMatch: string | null; ifNoneMatch: string | null },
  resource: object | null,
): void {
  if (resource === null) {
    if (ifMatch === null) return;
    throw new ProblemError('precondition_failed', { detail: 'There is no such resource yet.' });
  }
  requireMatch(ifMatch, resource);
  if (ifNoneMatch === null || !names(ifNoneMatch, entityTag(resource))) return;
  throw new ProblemError('precondition_failed', { detail: 'The resource exists already.' });
}

/** Does the same as `requireMatch` for a resource whose tag is known. */
export function requireTag(ifMatch: string | null, tag: string): void {
  if (ifMatch === null || names(ifMatch, tag)) return;
  throw new ProblemError('precondition_failed', { detail: 'Read the resource again and send its new ETag.' });
}

function names(condition: string, tag: string): boolean {
  return condition.trim() === '*' || condition.split(',').some((candidate) => candidate.trim() === tag);
}

function inOrderOfNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
