import fc from 'fast-check';
import type { Json } from './json-damage.js';

/** The parts of a JSON Schema in openapi.json that are used here. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: Json;
  enum?: Json[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  example?: Json;
  examples?: Json[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export type Schemas = Readonly<Record<string, JsonSchema>>;

const shortest = 20;

/**
 * Values that match the schema. They may violate rules that a schema cannot express, such as a normalized
 * path.
 */
export function valuesOf(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<Json> {
  const { $ref, anyOf, oneOf, allOf, properties = {}, required = [] } = schema;
  if ($ref !== undefined) return valuesOf(schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, schemas);
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valuesOf(choice, schemas)));
  if (allOf?.[0]) return valuesOf(allOf[0], schemas);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const [type] = [schema.type].flat();
  switch (type) {
    case 'object': {
      const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field, schemas)]);
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<Json>>, {
        requiredKeys: required.filter((name) => name in properties),
      });
    }
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 3 } = schema;
      const maxLength = Math.max(minItems, Math.min(maxItems, 3));
      return fc.array(valuesOf(items, schemas), { minLength: minItems, maxLength });
    }
    case 'string':
      return textsOf(schema);
    case 'integer':
    case 'number':
      return numbersOf(schema);
    case 'boolean':
      return fc.boolean();
    case undefined:
    default:
      return fc.constant(null);
  }
}

function textsOf({
  pattern,
  format,
  minLength = 0,
  maxLength = shortest,
  ...schema
}: JsonSchema): fc.Arbitrary<Json> {
  const examples = [schema.example, ...(schema.examples ?? [])].filter((example) => example !== undefined);
  const known = examples.length > 0 ? [fc.constantFrom(...examples)] : [];
  if (format === 'date-time') return fc.oneof(fc.constant('2099-01-01T00:00:00Z'), ...known);
  if (pattern !== undefined) return fc.oneof(matchesOf(pattern), ...known);
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, shortest)) };
  return fc.oneof(fc.string(length), fc.string({ unit: 'binary', ...length }), ...known, likelyTexts);
}

// Typical values of fields without a pattern.
const likelyTexts = fc.constantFrom<Json>(
  '/',
  '/a',
  '*',
  'acme.example',
  'ws://10.0.0.5',
  'wss://a.example/b',
  'x',
);

/** Strings that match the pattern; arbitrary text if fast-check cannot generate from the pattern. */
function matchesOf(pattern: string): fc.Arbitrary<Json> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' });
  } catch {
    return fc.string({ maxLength: shortest });
  }
}

function numbersOf({ minimum = -1000, maximum = 100_000 }: JsonSchema): fc.Arbitrary<Json> {
  const least = Math.max(Math.ceil(minimum), Number.MIN_SAFE_INTEGER);
  return fc.integer({ min: least, max: Math.max(least, Math.min(maximum, 2 ** 31)) });
}
