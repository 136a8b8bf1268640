import { z } from 'zod';
import { idSchema, momentSchema, referableNameSchema, timestampSchema } from '#libs/contract';
import { pageQuerySchema, pageSchemaOf } from '../http/page.js';
import { references } from '../http/references.js';

const filterMomentSchema = momentSchema.transform((text) => new Date(text).toISOString());

export const expectedActor = 'expected the id or the name of an operator or of an API key, or "admin"';

const actorFilterSchema = z.union(
  [z.enum(['admin', 'system']), idSchema('operator'), idSchema('apiKey'), referableNameSchema],
  { error: expectedActor },
);

export const auditQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  tenant: references.tenant.schema.optional().meta({
    description: 'Id or slug of the tenant; for a deleted tenant, the id',
  }),
  actor: actorFilterSchema.optional().meta({
    description:
      'Id or name of the operator or the API key, `admin` for the admin token, or `system` for Sluice itself. The name of a key needs `tenant`',
  }),
  action: z
    .string()
    .regex(/^[a-zA-Z]+\.[a-zA-Z]+$/, 'expected an action like route.update')
    .max(50)
    .optional()
    .meta({ description: 'The action, like `route.update`' }),
  since: filterMomentSchema.optional().meta({ description: 'Only entries at or after this time' }),
  until: filterMomentSchema.optional().meta({ description: 'Only entries before this time' }),
});

const stateSchema = z.record(z.string(), z.unknown()).nullable();

export const shownAuditEntrySchema = z
  .strictObject({
    id: idSchema('audit').meta({ description: 'Id of the entry' }),
    revision: z.int().min(0).meta({
      description:
        'Revision that the action created; for an action that creates none, the newest revision at that time',
    }),
    at: timestampSchema.meta({ description: 'Time of the action' }),
    actor: z
      .strictObject({
        kind: z.enum(['admin', 'operator', 'apiKey', 'system']).meta({
          description: 'Kind of credential; `system` means Sluice itself',
        }),
        id: z.string().nullable().meta({
          description: 'Id of the operator or API key; null for the admin token and for Sluice itself',
        }),
      })
      .meta({ description: 'The actor that performed the action' }),
    action: z.string().meta({ description: 'The action', example: 'route.update' }),
    targetId: z.string().meta({
      description:
        'Id of the target; for many connections, the filter; for a test connection, the URL without query',
    }),
    tenantId: idSchema('tenant')
      .nullable()
      .meta({ description: 'Id of the tenant of the target; null means that it has none' }),
    clientAddress: z
      .string()
      .nullable()
      .meta({ description: 'Address of the client; null for tenants if the actor is an operator' }),
    requestId: z.string().nullable().meta({
      description:
        'The `X-Request-Id` of the request; null for Sluice itself, for entries of older versions, and for tenants if the actor is an operator',
    }),
    details: stateSchema.meta({
      description: 'Parameters of the action that are not part of the configuration',
    }),
    before: stateSchema.meta({
      description:
        'The changed fields before the action; all fields of a deleted target; null if there was no target',
    }),
    after: stateSchema.meta({
      description:
        'The changed fields after the action; all fields of a new target; null if there is no target',
    }),
  })
  .meta({ id: 'AuditEntry' });

export const auditPageSchema = pageSchemaOf(shownAuditEntrySchema, 'AuditPage');

export type AuditQuery = z.output<typeof auditQuerySchema>;
export type ShownAuditEntry = z.output<typeof shownAuditEntrySchema>;
