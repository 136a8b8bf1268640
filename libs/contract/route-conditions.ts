import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fieldNameSchema, headerValueSchema } from './header-fields.js';
import { fieldRules } from './field-rules.js';

const maxConditions = 8;

const headerConditionSchema = z
  .strictObject({
    name: fieldNameSchema.meta({ description: 'Name of the header field, in any letter case' }),
    value: headerValueSchema
      .nullable()
      .default(null)
      .meta({ description: 'Required value of the header field, or its prefix; null means any value' }),
    valueType: z
      .enum(['exact', 'prefix'])
      .default('exact')
      .meta({ description: 'Whether `value` is compared with the whole value or with its prefix' }),
  })
  .refine(({ value, valueType }) => value !== null || valueType === 'exact', {
    error: fieldRules.condition_without_value,
    path: ['valueType'],
  })
  .meta({ id: 'HeaderCondition', example: { name: 'X-Version', value: '2', valueType: 'exact' } });

const queryConditionSchema = z
  .strictObject({
    name: z.string().min(1).max(256).meta({ description: 'Name of the query parameter, decoded' }),
    value: z.string().max(1024).nullable().default(null).meta({
      description: 'Required value of the query parameter, decoded; null means any value',
    }),
  })
  .meta({ id: 'QueryCondition', example: { name: 'version', value: '2' } });

/** The conditions for a request besides host and path. */
export const conditionFields = {
  headers: z.array(headerConditionSchema).min(1).max(maxConditions).nullable().default(null).meta({
    description: 'Header fields that a request must have; all of them are required. null means no condition',
  }),
  query: z.array(queryConditionSchema).min(1).max(maxConditions).nullable().default(null).meta({
    description:
      'Query parameters that a request must have; all of them are required. null means no condition',
  }),
};

export type HeaderCondition = z.output<typeof headerConditionSchema>;
export type QueryCondition = z.output<typeof queryConditionSchema>;

/** The conditions of a route; null stands for none. */
export interface RouteConditions {
  headers: readonly HeaderCondition[] | null;
  query: readonly QueryCondition[] | null;
}

export function hasConditions({ headers, query }: RouteConditions): boolean {
  return headers !== null || query !== null;
}

/** Equal for equal conditions, in any order and letter case of names; empty without any. */
export function conditionsKey(conditions: RouteConditions): string {
  if (!hasConditions(conditions)) return '';
  const headers = (conditions.headers ?? []).map(({ name, value, valueType }) =>
    JSON.stringify([name.toLowerCase(), value, valueType]),
  );
  const query = (conditions.query ?? []).map(({ name, value }) => JSON.stringify([name, value]));
  const text = JSON.stringify([headers.sort(), query.sort()]);
  // The conditions may be longer than an index entry of Postgres.
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * Negative if the first conditions are tried before the second: those with more conditions first, then those
 * that compare more whole values, then those that compare more prefixes.
 */
export function compareConditions(one: RouteConditions, other: RouteConditions): number {
  const [first, second] = [ranksOf(one), ranksOf(other)];
  const difference = first.findIndex((rank, index) => rank !== second[index]);
  return difference === -1 ? 0 : (second[difference] ?? 0) - (first[difference] ?? 0);
}

function ranksOf({ headers, query }: RouteConditions): number[] {
  const all = [...(headers ?? []), ...(query ?? []).map((each) => ({ ...each, valueType: 'exact' }))];
  const compared = all.filter(({ value }) => value !== null);
  const exact = compared.filter(({ valueType }) => valueType === 'exact');
  return [all.length, exact.length, compared.length];
}
