import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Tenant } from '#libs/contract';
import { withheld } from './configuration-document.js';
import type { ConfigurationPlan, Step } from './configuration-plan.js';
import { eachInSlices } from './each-in-slices.js';

const thingSchema = z.strictObject({
  kind: z.enum(['tenant', 'route', 'apiKey']).meta({ description: 'What it is' }),
  id: z
    .string()
    .meta({ description: 'In a dry run, a thing without an id in the document has a random one' }),
  tenant: z.string().meta({ description: 'Slug of the tenant', example: 'acme' }),
  name: z.string().meta({
    description: 'What people know it by: slug, host and path, or name of the key',
    example: 'chat.acme.example/socket',
  }),
});

const updatedSchema = thingSchema.extend({
  changes: z
    .array(
      z.strictObject({
        field: z.string().meta({ description: 'Path of the field' }),
        before: z.unknown().meta({ description: 'Its value before' }),
        after: z.unknown().meta({ description: 'Its value after' }),
      }),
    )
    .meta({ description: 'The fields that differ' }),
});

/** What has become of the configuration, or would. */
export const configurationDifferenceSchema = z
  .strictObject({
    dryRun: z.boolean().meta({ description: 'Whether nothing was written' }),
    revision: z.int().meta({ description: 'The newest one, after it' }),
    created: z.array(thingSchema).meta({ description: 'What was created, or would be' }),
    updated: z.array(updatedSchema).meta({ description: 'What was changed, or would be' }),
    deleted: z.array(thingSchema).meta({ description: 'What was deleted, or would be' }),
  })
  .meta({ id: 'ConfigurationDifference' });

export type ConfigurationDifference = z.output<typeof configurationDifferenceSchema>;
type Difference = Pick<ConfigurationDifference, 'created' | 'updated' | 'deleted'>;
type Thing = z.output<typeof thingSchema>;
type Change = z.output<typeof updatedSchema>['changes'][number];

/** The plan as people and programs read it, with no secret in it. `tenants` has the tenants that stay as they are. */
export async function differenceOf(
  { tenants, routes, apiKeys }: ConfigurationPlan,
  current: readonly Tenant[],
): Promise<Difference> {
  const slugs = new Map(current.map(({ id, slug }) => [id, slug]));
  for (const { after } of tenants) if (after !== null) slugs.set(after.id, after.slug);
  const difference: Difference = { created: [], updated: [], deleted: [] };
  const compareRows = <Row extends { id: string }>(
    steps: Step<Row>[],
    thingOf: (row: Row) => Thing,
  ): Promise<void> =>
    eachInSlices(steps, ({ before, after }) => {
      if (before === null) {
        if (after !== null) difference.created.push(thingOf(after));
      } else if (after === null) difference.deleted.push(thingOf(before));
      else difference.updated.push({ ...thingOf(after), changes: changesOf(before, after) });
    });
  const slugOf = (tenantId: string): string => slugs.get(tenantId) ?? tenantId;
  await compareRows(tenants, ({ id, slug }) => ({ kind: 'tenant', id, tenant: slug, name: slug }));
  await compareRows(routes, ({ id, tenantId, definition: { match } }) => {
    return { kind: 'route', id, tenant: slugOf(tenantId), name: match.host + match.path };
  });
  await compareRows(apiKeys, ({ id, tenantId, name }) => ({
    kind: 'apiKey',
    id,
    tenant: slugOf(tenantId),
    name,
  }));
  return difference;
}

// The claim follows from the match, and the times are no part of the document.
const ignoredFields = /^(claim|hostKey|createdAt|updatedAt|lastUsedAt)$/;
// A header field that a route sets can be a credential for its upstream.
const secret = /^(upstreamTls\.clientKey|requestHeaders\.set\..*|secretHash|previousSecretHash)$/;

function changesOf(before: object, after: object): Change[] {
  const olds = leavesOf(before);
  const news = leavesOf(after);
  return [...new Set([...olds.keys(), ...news.keys()])]
    .filter((field) => !ignoredFields.test(field) && !isDeepStrictEqual(olds.get(field), news.get(field)))
    .map((field) => ({
      field,
      before: shownValue(field, olds.get(field)),
      after: shownValue(field, news.get(field)),
    }));
}

function shownValue(field: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return secret.test(field) ? withheld : value;
}

/** What is in an object by its path; lists are taken as a whole. */
function leavesOf(
  value: object,
  path: readonly string[] = [],
  leaves = new Map<string, unknown>(),
): Map<string, unknown> {
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    // The definition of a route is what the contract calls the route.
    const at = path.length === 0 && name === 'definition' ? [] : [...path, name];
    if (typeof field === 'object' && field !== null && !Array.isArray(field)) leavesOf(field, at, leaves);
    else leaves.set(at.join('.'), field);
  }
  return leaves;
}
