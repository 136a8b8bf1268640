import {
  routeCreateSchema,
  routeReplaceSchema,
  type Route,
  type RouteCreate,
  type RouteReplace,
} from '#libs/contract';
import { fieldProblems } from '../http/field-problems.js';
import { ProblemError } from '../http/problem-error.js';
import { writableFields } from '../http/read-only-fields.js';
import { safeParse } from '../http/safe-parse.js';

/**
 * The definition that a PUT declares for a route; `current` is the stored definition, `resource` its REST
 * form, both null for a new route. An omitted private key is kept while the certificate stays the same.
 * Throws `validation_failed`.
 */
export function routeFromReplace(
  body: RouteReplace,
  current: RouteCreate | null,
  resource: Route | null,
): RouteCreate {
  const fields = writableFields({ ...body }, routeReplaceSchema, resource ?? {});
  const { clientCertificate = null, clientKey = null } = current?.upstreamTls ?? {};
  const kept = body.upstreamTls.clientCertificate === clientCertificate ? clientKey : null;
  const upstreamTls = { clientKey: kept, ...body.upstreamTls };
  const result = safeParse(routeCreateSchema, { ...fields, upstreamTls });
  if (result.success) return result.data;
  throw new ProblemError('validation_failed', { errors: fieldProblems(result.error.issues) });
}
