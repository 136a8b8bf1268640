import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Tenant } from '#libs/contract';
import { eachInSlices } from '../plans/each-in-slices.js';
import type { ConfigurationPlan, Step } from '../plans/plan.js';
import { isFields, type Fields } from '../http/fields.js';
import { withheld, type Resource } from '../resources/resource.js';
import { lists, resources, type ListName, type RowTypes } from '../resources/resources.js';

const resourceSchema = z.strictObject({
  kind: z.enum(lists.map((list) => resources[list].kind)).meta({ description: 'Kind of the resource' }),
  id: z
    .string()
    .meta({ description: 'In a dry run, a resource without an id in the document has a random one' }),
  tenant: z.string().meta({ description: 'Slug of the tenant', example: 'acme' }),
  name: z.string().meta({
    description: 'Name for people: slug, host and path, or name of the key',
    example: 'chat.acme.example/socket',
  }),
});

const updatedSchema = resourceSchema.extend({
  changes: z
    .array(
      z.strictObject({
        field: z.string().meta({ description: 'Path of the field' }),
        before: z.unknown().meta({ description: 'The value before' }),
        after: z.unknown().meta({ description: 'The value after' }),
      }),
    )
    .meta({ description: 'The fields that differ' }),
});

/** The changes that a document made, or would make. */
export const configurationDifferenceSchema = z
  .strictObject({
    dryRun: z.boolean().meta({ description: 'Whether this was a dry run, which writes nothing' }),
    revision: z.int().meta({ description: 'The newest revision afterwards' }),
    created: z.array(resourceSchema).meta({ description: 'Resources that were created, or would be' }),
    updated: z.array(updatedSchema).meta({ description: 'Resources that were changed, or would be' }),
    deleted: z.array(resourceSchema).meta({ description: 'Resources that were deleted, or would be' }),
  })
  .meta({ id: 'ConfigurationDifference' });

export type ConfigurationDifference = z.output<typeof configurationDifferenceSchema>;
type Difference = Pick<ConfigurationDifference, 'created' | 'updated' | 'deleted'>;
type NamedResource = z.output<typeof resourceSchema>;
type Change = z.output<typeof updatedSchema>['changes'][number];

/** The plan as the REST API shows it, without secrets. `current` are the tenants before it. */
export async function differenceOf(plan: ConfigurationPlan, current: readonly Tenant[]): Promise<Difference> {
  const slugs = new Map(current.map(({ id, slug }) => [id, slug]));
  for (const { after } of plan.tenants) if (after !== null) slugs.set(after.id, after.slug);
  const difference: Difference = { created: [], updated: [], deleted: [] };
  const add = <List extends ListName>(list: List, steps: readonly Step<RowTypes[List]>[]): Promise<void> =>
    eachInSlices(steps, (step) => addStep(difference, resources[list], step, slugs));
  for (const list of lists) await add(list, plan[list]);
  return difference;
}

function addStep<Row extends { id: string }, Document>(
  difference: Difference,
  resource: Resource<Row, Document>,
  { before, after }: Step<Row>,
  slugs: ReadonlyMap<string, string>,
): void {
  const named = (row: Row): NamedResource => {
    const tenantId = resource.tenantIdOf(row);
    const name = resource.displayNameOf(resource.documentOf(row));
    return { kind: resource.kind, id: row.id, tenant: slugs.get(tenantId) ?? tenantId, name };
  };
  if (before === null) {
    if (after !== null) difference.created.push(named(after));
  } else if (after === null) difference.deleted.push(named(before));
  else difference.updated.push({ ...named(after), changes: changesOf(resource, before, after) });
}

function changesOf<Row extends { id: string }, Document>(
  { fieldsOf, secretFields }: Resource<Row, Document>,
  before: Row,
  after: Row,
): Change[] {
  const olds = leavesOf(fieldsOf(before));
  const news = leavesOf(fieldsOf(after));
  const shown = (field: string, value: unknown): unknown =>
    secretFields.test(field) && value !== null && value !== undefined ? withheld : (value ?? null);
  return [...new Set([...olds.keys(), ...news.keys()])]
    .filter((field) => !isDeepStrictEqual(olds.get(field), news.get(field)))
    .map((field) => ({
      field,
      before: shown(field, olds.get(field)),
      after: shown(field, news.get(field)),
    }));
}

/** The values in an object by their paths; lists are values. */
function leavesOf(
  fields: Fields,
  path: readonly string[] = [],
  leaves = new Map<string, unknown>(),
): Map<string, unknown> {
  for (const [name, value] of Object.entries(fields)) {
    if (isFields(value)) leavesOf(value, [...path, name], leaves);
    else leaves.set([...path, name].join('.'), value);
  }
  return leaves;
}
