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
    description: 'Id or slug of the tenant; of one that was deleted, the id',
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
    .meta({ description: 'What was done, like `route.update`' }),
  since: filterMomentSchema.optional().meta({ description: 'From this moment on' }),
  until: filterMomentSchema.optional().meta({ description: 'Before this moment' }),
});

const stateSchema = z.record(z.string(), z.unknown()).nullable();

export const shownAuditEntrySchema = z
  .strictObject({
    id: idSchema('audit').meta({ description: 'Id of the entry' }),
    revision: z.int().min(0).meta({
      description: 'The one that the act made; for an act that makes none, the newest at that moment',
    }),
    at: timestampSchema.meta({ description: 'When it was done' }),
    actor: z
      .strictObject({
        kind: z.enum(['admin', 'operator', 'apiKey', 'system']).meta({
          description: 'With which kind of credential; `system`: Sluice itself',
        }),
        id: z.string().nullable().meta({ description: 'Null for the admin token and for Sluice itself' }),
      })
      .meta({ description: 'Who did it' }),
    action: z.string().meta({ description: 'What was done', example: 'route.update' }),
    targetId: z.string().meta({ description: 'Id of the thing; for many connections the filter' }),
    tenantId: idSchema('tenant')
      .nullable()
      .meta({ description: 'Id of the tenant of the target; null: it has none' }),
    clientAddress: z.string().nullable().meta({ description: 'A tenant is not told where operators are' }),
    details: stateSchema.meta({ description: 'How, where the configuration does not show it' }),
    before: stateSchema.meta({
      description:
        'What was changed, as it was; the whole thing where it was deleted, null where there was none',
    }),
    after: stateSchema.meta({
      description: 'What was changed, as it is; the whole thing where it was made, null where there is none',
    }),
  })
  .meta({ id: 'AuditEntry' });

export const auditPageSchema = pageSchemaOf(shownAuditEntrySchema, 'AuditPage');

export type AuditQuery = z.output<typeof auditQuerySchema>;
export type ShownAuditEntry = z.output<typeof shownAuditEntrySchema>;
