import { z } from 'zod';
import {
  idSchema,
  refuseAmbiguous,
  routeCreateSchema,
  upstreamTlsSchema,
  type RouteCreate,
  type UpstreamTls,
} from '#libs/contract';
import { fieldProblems } from '../http/field-problems.js';
import { ProblemError } from '../http/problem-error.js';
import { safeParse } from '../http/safe-parse.js';
import { withheld } from './resource.js';

const upstreamTls = z
  .strictObject({
    ...upstreamTlsSchema.shape,
    clientKey: z
      .union([z.literal(withheld), upstreamTlsSchema.shape.clientKey])
      .default(null)
      .meta({
        description:
          'The private key of `clientCertificate`. It is shown as `(withheld)`. If it is sent like that, or omitted, the route keeps ' +
          'its key where it has this certificate already; otherwise the document is refused',
      }),
  })
  .meta({ id: 'ConfigurationUpstreamTls' });

/** A route in a document. */
export const routeDocumentSchema = z
  .strictObject({
    id: idSchema('route').optional().meta({ description: 'Omitted: found by its match, or created' }),
    ...routeCreateSchema.shape,
    upstreamTls: upstreamTls
      .prefault({})
      .meta({ description: 'TLS options for upstreams with a `wss:` or `https:` URL' }),
  })
  .superRefine(refuseAmbiguous)
  .meta({ id: 'ConfigurationRoute' });

export type RouteDocument = z.output<typeof routeDocumentSchema>;

/**
 * The definition that a document declares. A private key that the document withholds is taken from the
 * current definition, as long as the certificate is the same. Throws `validation_failed` if the route does
 * not have that key, or the key does not match the certificate. `field` is the path of the route in the
 * document.
 */
export function routeDefinition(
  document: RouteDocument,
  current: RouteCreate | null,
  field: string,
): RouteCreate {
  const { upstreamTls: tls, ...rest } = document;
  const definition: Omit<RouteDocument, 'upstreamTls'> = { ...rest };
  delete definition.id;
  const tlsField = `${field}.upstreamTls`;
  const clientKey = clientKeyOf(tls, current?.upstreamTls ?? null, `${tlsField}.clientKey`);
  const result = safeParse(upstreamTlsSchema, { ...tls, clientKey });
  if (result.success) return inOrderOfSchema(definition, result.data);
  const errors = fieldProblems(result.error.issues).map((problem) => ({
    ...problem,
    field: `${tlsField}.${problem.field}`,
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
  { clientCertificate, clientKey }: RouteDocument['upstreamTls'],
  current: UpstreamTls | null,
  field: string,
): string | null {
  if (clientKey !== null && clientKey !== withheld) return clientKey;
  if (clientCertificate === null) return null;
  if (current?.clientCertificate === clientCertificate) return current.clientKey;
  const message =
    'the private key of the certificate is needed: it is in no export, and the route does not have it';
  throw new ProblemError('validation_failed', { errors: [{ field, message }] });
}
