import { upstreamTlsSchema, type RouteCreate, type UpstreamTls } from '#libs/contract';
import { fieldProblems } from '../http/field-problems.js';
import { ProblemError } from '../http/problem-error.js';
import { safeParse } from '../http/safe-parse.js';
import { withheld, type DocumentRoute } from './configuration-document.js';
import { refuse } from './document-rules.js';

/**
 * The route that the document means. A private key that it does not tell is that of the route as it is, as long as the
 * certificate stays; throws for one that cannot be had, or is not the certificate's. `field` is where the route stands.
 */
export function routeDefinition(
  wanted: DocumentRoute,
  current: RouteCreate | null,
  field: string,
): RouteCreate {
  const { upstreamTls: tls, ...rest } = wanted;
  const definition: Omit<DocumentRoute, 'upstreamTls'> = { ...rest };
  delete definition.id;
  const place = `${field}.upstreamTls`;
  const clientKey = clientKeyOf(tls, current?.upstreamTls ?? null, `${place}.clientKey`);
  const result = safeParse(upstreamTlsSchema, { ...tls, clientKey });
  if (result.success) return inOrderOfSchema(definition, result.data);
  const errors = fieldProblems(result.error.issues).map((problem) => ({
    ...problem,
    field: `${place}.${problem.field}`,
  }));
  throw new ProblemError('validation_failed', { errors });
}

function inOrderOfSchema(
  { name, enabled, match, upstreams, ...rest }: Omit<RouteCreate, 'upstreamTls'>,
  upstreamTls: UpstreamTls,
): RouteCreate {
  return { name, enabled, match, upstreams, upstreamTls, ...rest };
}

function clientKeyOf(
  { clientCertificate, clientKey }: DocumentRoute['upstreamTls'],
  current: UpstreamTls | null,
  field: string,
): string | null {
  if (clientKey !== null && clientKey !== withheld) return clientKey;
  if (clientCertificate === null) return null;
  if (current?.clientCertificate === clientCertificate) return current.clientKey;
  const message =
    'the private key of the certificate is needed: it is in no export, and the route does not have it';
  refuse('validation_failed', [{ field, message }]);
  return null;
}
