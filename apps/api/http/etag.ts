import { hash, type Hash } from 'node:crypto';
import { isFields, type Fields } from './fields.js';
import { ProblemError } from './problem-error.js';

// They are shown once, or change with use.
const untagged = ['key', 'token', 'secret', 'lastUsedAt'];

/**
 * The strong entity tag of a resource, a hash of its fields in any order, so that it is still valid after the
 * database was restored. Excludes fields that are shown once (`key`, `token`, `secret`), and `lastUsedAt`,
 * which changes with use. The values of fields are hashed as they are stored: to sort their fields as well
 * takes three times as long, and pages have a tag for each item.
 */
export function entityTag(resource: object): string {
  return new EntityTags().of(resource);
}

/** The entity tags of resources; those of one kind mostly have the same fields, which are sorted once. */
export class EntityTags {
  #names: readonly string[] = [];
  #tagged: readonly string[] = [];

  of(resource: object): string {
    if (!isFields(resource)) throw new TypeError('a resource is an object with fields');
    const tagged = this.#taggedNames(resource);
    const values = tagged.map((name) => resource[name]);
    if (!values.includes(undefined)) return tagOfText(JSON.stringify([tagged, values]));
    const names = tagged.filter((name) => resource[name] !== undefined);
    return tagOfText(JSON.stringify([names, names.map((name) => resource[name])]));
  }

  #taggedNames(resource: Fields): readonly string[] {
    const names = Object.keys(resource);
    if (names.length !== this.#names.length || names.some((name, index) => name !== this.#names[index])) {
      this.#names = names;
      this.#tagged = names.filter((name) => !untagged.includes(name)).sort();
    }
    return this.#tagged;
  }
}

/** The entity tag of a page: a hash of the tags of its items, and of what else it shows. */
export function pageTag({ items, ...page }: { items: readonly object[] }): string {
  const besides = items.map((item) => (isFields(item) ? untagged.map((name) => item[name]) : []));
  return tagOfText(JSON.stringify([page, besides]));
}

/** The entity tag of a hash, for content that is too large to be hashed at once. */
export function entityTagOf(hash: Hash): string {
  return tagOfDigest(hash.digest('base64url'));
}

/**
 * A value as JSON text, independent of the order of fields; `JSON.stringify` with a function that sorts the
 * fields takes longer. Names need no escapes: they are names of fields, of header fields or of labels.
 */
export function contentOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(contentOf).join()}]`;
  return isFields(value) ? contentOfFields(value) : JSON.stringify(value ?? null);
}

function contentOfFields(fields: Fields): string {
  let text = '';
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value !== undefined) text += `,"${name}":${contentOf(value)}`;
  }
  return `{${text.slice(1)}}`;
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

function tagOfText(text: string): string {
  return tagOfDigest(hash('sha256', text, 'base64url'));
}

function tagOfDigest(digest: string): string {
  return `"${digest.slice(0, 27)}"`;
}
