import { z } from 'zod';
import { idSchema, momentSchema, timestampSchema } from '#libs/contract';
import { pageQuerySchema, pageSchemaOf } from '../http/page.js';
import { references } from '../http/references.js';

const filterMomentSchema = momentSchema.transform((text) => new Date(text).toISOString());

const actorFilterSchema = z.union([z.enum(['admin', 'system']), idSchema('operator'), idSchema('apiKey')], {
  error: 'expected the id of an operator or of an API key, or "admin"',
});

export const auditQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  tenant: references.tenant.schema.optional().meta({
    description: 'Id or slug of the tenant; for a deleted tenant, the id',
  }),
  actor: actorFilterSchema.optional().meta({
    description:
      'Id of the operator or the API key, `admin` for the admin token, or `system` for Sluice itself',
  }),
  action: z
    .string()
    .regex(/^[a-zA-Z]+\.[a-zA-Z]+$/, 'expected an action like route.update')
    .max(50)
    .optional()
    .meta({ description: 'The action, like `route.update`' }),
  since: filterMomentSchema.optional().meta({ description: 'At or after this time' }),
  until: filterMomentSchema.optional().meta({ description: 'Before this time' }),
});

const stateSchema = z.record(z.string(), z.unknown()).nullable();

export const shownAuditEntrySchema = z
  .strictObject({
    id: idSchema('audit').meta({ description: 'Id of the entry' }),
    revision: z.int().min(0).meta({
      description:
        'The revision that the action made; for an action that makes none, the newest one at that time',
    }),
    at: timestampSchema.meta({ description: 'When it happened' }),
    actor: z
      .strictObject({
        kind: z.enum(['admin', 'operator', 'apiKey', 'system']).meta({
          description: 'The kind of credential; `system`: Sluice itself',
        }),
        id: z.string().nullable().meta({ description: 'Null for the admin token and for Sluice itself' }),
      })
      .meta({ description: 'Who did it' }),
    action: z.string().meta({ description: 'The action', example: 'route.update' }),
    targetId: z.string().meta({ description: 'Id of the target; for many connections, the filter' }),
    tenantId: idSchema('tenant')
      .nullable()
      .meta({ description: 'Id of the tenant of the target; null: it has none' }),
    clientAddress: z
      .string()
      .nullable()
      .meta({ description: 'Null for tenants where the actor is an operator' }),
    details: stateSchema.meta({
      description: 'Parameters of the action that the configuration does not show',
    }),
    before: stateSchema.meta({
      description:
        'The changed fields before the action; all fields of a deleted target, null where there was none',
    }),
    after: stateSchema.meta({
      description:
        'The changed fields after the action; all fields of a new target, null where there is none',
    }),
  })
  .meta({ id: 'AuditEntry' });

export const auditPageSchema = pageSchemaOf(shownAuditEntrySchema, 'AuditPage');

export type AuditQuery = z.output<typeof auditQuerySchema>;
export type ShownAuditEntry = z.output<typeof shownAuditEntrySchema>;
