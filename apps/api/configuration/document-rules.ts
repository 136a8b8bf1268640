import { WorkSlice } from '#libs/async';
import type { FieldProblem, ProblemCode } from '#libs/problem-details';
import { ProblemError } from '../http/problem-error.js';
import type { ConfigurationDocument, DocumentApiKey, DocumentRoute } from './configuration-document.js';
import { eachInSlices } from './each-in-slices.js';

const mostProblems = 100;

/**
 * Throws for a document that contradicts itself: something that has to be its own stands there twice. `hosts`,
 * `limits.maxRoutes` and `limits.maxApiKeys` say what a tenant may make itself, so they do not bind the document.
 */
export async function requireConsistent({ tenants }: ConfigurationDocument): Promise<void> {
  const ids = new Seen('validation_failed', 'the id stands there twice, also at');
  const slugs = new Seen('slug_taken', 'another tenant of the document has this slug:');
  const claims = new Seen('route_conflict', 'another enabled route has the same host and path:');
  const prefixes = new Seen('validation_failed', 'another key has this prefix:');
  const slice = new WorkSlice();
  for (const [index, tenant] of tenants.entries()) {
    const at = `tenants.${index}`;
    ids.add(tenant.id, `${at}.id`);
    slugs.add(tenant.slug, `${at}.slug`);
    const addRoute = ({ id, enabled, match }: DocumentRoute, route: number): void => {
      ids.add(id, `${at}.routes.${route}.id`);
      if (enabled) claims.add(match.host + match.path, `${at}.routes.${route}.match`);
    };
    const addKey = ({ id, prefix, previous }: DocumentApiKey, key: number): void => {
      ids.add(id, `${at}.apiKeys.${key}.id`);
      prefixes.add(prefix, `${at}.apiKeys.${key}.prefix`);
      prefixes.add(previous?.prefix, `${at}.apiKeys.${key}.previous.prefix`);
    };
    await eachInSlices(tenant.routes, addRoute, slice);
    await eachInSlices(tenant.apiKeys, addKey, slice);
  }
  for (const seen of [ids, slugs, prefixes, claims]) seen.requireOnce();
}

/** Texts that have to be different, and where in the document each one stands. */
class Seen {
  private readonly places = new Map<string, string>();
  private readonly twice: FieldProblem[] = [];

  constructor(
    private readonly code: ProblemCode,
    private readonly message: string,
  ) {}

  add(text: string | undefined, field: string): void {
    if (text === undefined) return;
    const first = this.places.get(text);
    if (first === undefined) this.places.set(text, field);
    else this.twice.push({ field, message: `${this.message} ${first}` });
  }

  requireOnce(): void {
    refuse(this.code, this.twice);
  }
}

/** Throws when there is anything to tell. */
export function refuse(code: ProblemCode, errors: readonly FieldProblem[]): void {
  if (errors.length > 0) throw new ProblemError(code, { errors: errors.slice(0, mostProblems) });
}
