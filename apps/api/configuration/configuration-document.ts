import { z } from 'zod';
import {
  apiKeyCreateSchema,
  idSchema,
  momentSchema,
  publishedApiKeySchema,
  refuseAmbiguous,
  refuseRepeated,
  routeCreateSchema,
  tenantCreateSchema,
  upstreamTlsSchema,
} from '#libs/contract';

/** Stands in a document for a secret that is withheld. */
export const withheld = '(withheld)';

const upstreamTls = z
  .strictObject({
    ...upstreamTlsSchema.shape,
    clientKey: z
      .union([z.literal(withheld), upstreamTlsSchema.shape.clientKey])
      .default(null)
      .meta({
        description:
          'The private key of `clientCertificate`. It is shown as `(withheld)`; what is sent like that, or left out, is kept ' +
          'where the route has this certificate already, and is refused where it has not',
      }),
  })
  .meta({ id: 'ConfigurationUpstreamTls' });

/** A route of a tenant. */
export const routeSchema = z
  .strictObject({
    id: idSchema('route').optional().meta({ description: 'Left out: found by its match, or made' }),
    ...routeCreateSchema.shape,
    upstreamTls: upstreamTls
      .prefault({})
      .meta({ description: 'How TLS is spoken with upstreams whose URL begins with `wss:`' }),
  })
  .superRefine(refuseAmbiguous)
  .meta({ id: 'ConfigurationRoute' });

/** An API key of a tenant. */
export const apiKeySchema = z
  .strictObject({
    id: idSchema('apiKey').optional().meta({ description: 'Left out: found by its prefix, or made' }),
    ...apiKeyCreateSchema.shape,
    prefix: z
      .string()
      .regex(/^slc_[0-9A-Za-z]{12}$/, 'expected the public start of a key, slc_ and 12 characters')
      .meta({ description: 'The public start of the key', example: 'slc_AbC123dEf456' }),
    secretHash: publishedApiKeySchema.shape.secretHash.meta({ description: 'SHA-256 of the secret' }),
    previous: publishedApiKeySchema.shape.previous,
    revokedAt: momentSchema
      .nullable()
      .default(null)
      .meta({ description: 'When it was revoked; null: it is not' }),
  })
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .meta({ id: 'ConfigurationApiKey' });

const tenantSchema = z
  .strictObject({
    id: idSchema('tenant').optional().meta({ description: 'Left out: found by its slug, or made' }),
    ...tenantCreateSchema.shape,
    routes: z.array(routeSchema).default([]).meta({ description: 'All routes of the tenant' }),
    apiKeys: z.array(apiKeySchema).default([]).meta({ description: 'All API keys of the tenant' }),
  })
  .meta({ id: 'ConfigurationTenant' });

const anything = z.array(z.unknown());

/** A tenant whose routes and keys are checked one by one. */
export const tenantHeadSchema = tenantSchema
  .extend({ routes: anything.default([]), apiKeys: anything.default([]) })
  .superRefine(({ hosts }, context) => refuseRepeated(hosts ?? [], context, ['hosts']));

const fields = {
  version: z.literal(1).meta({ description: 'The form of the document' }),
  tenants: z.array(tenantSchema).meta({ description: 'All of them; what is not here is deleted' }),
};

/** The whole configuration, as it is shown. */
export const configurationSchema = z.strictObject(fields).meta({ id: 'Configuration' });

/** The whole configuration, as it is to be. */
export const configurationReplaceSchema = z.strictObject(fields).meta({ id: 'ConfigurationReplace' });

/** A document whose tenants are checked one by one. */
export const documentHeadSchema = z.strictObject({ ...fields, tenants: anything });

export type ConfigurationDocument = z.output<typeof configurationSchema>;
export type DocumentTenant = ConfigurationDocument['tenants'][number];
export type DocumentRoute = DocumentTenant['routes'][number];
export type DocumentApiKey = DocumentTenant['apiKeys'][number];
