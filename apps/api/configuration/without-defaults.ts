import { z } from 'zod';

type Fields = Record<string, unknown>;
type Shorten = (value: unknown) => unknown;

/**
 * Makes a function that removes fields that have their default value from a value of `schema`, also in nested
 * objects and lists. `schema` parses the result to the original value.
 */
export function withoutDefaults(schema: z.ZodType): (value: object) => Fields {
  const shorten = shortenerOf(schema);
  return (value) => {
    const shortened = shorten(value);
    if (isFields(shortened)) return shortened;
    throw new TypeError('expected the schema of an object');
  };
}

function shortenerOf(schema: z.ZodType): Shorten {
  const inner = innermost(schema);
  if (inner instanceof z.ZodObject) return objectShortener(inner);
  if (!(inner instanceof z.ZodArray)) return (value) => value;
  const shortenItem = shortenerOf(requireType(inner.element));
  return (value) => (Array.isArray(value) ? value.map(shortenItem) : value);
}

interface Field {
  shorten: Shorten;
  /** Whether a shortened value is the default. */
  isDefault: Shorten;
}

function objectShortener(schema: z.ZodObject): Shorten {
  const fields = new Map(
    Object.entries(schema.shape).map(([name, field]) => [name, fieldOf(requireType(field))]),
  );
  return (value) => {
    if (!isFields(value)) return value;
    const kept: [string, unknown][] = [];
    for (const [name, own] of Object.entries(value)) {
      const field = fields.get(name);
      const shortened = field === undefined ? own : field.shorten(own);
      if (field?.isDefault(shortened) !== true) kept.push([name, shortened]);
    }
    return Object.fromEntries(kept);
  };
}

function fieldOf(schema: z.ZodType): Field {
  const shorten = shortenerOf(schema);
  const absent = schema.safeParse(undefined);
  if (!absent.success || absent.data === undefined) return { shorten, isDefault: () => false };
  const fallback = shorten(absent.data);
  if (typeof fallback !== 'object' || fallback === null)
    return { shorten, isDefault: (value) => value === fallback };
  const text = JSON.stringify(fallback);
  return { shorten, isDefault: (value) => typeof value === 'object' && JSON.stringify(value) === text };
}

function innermost(schema: z.ZodType): z.ZodType {
  return isWrapper(schema) ? innermost(requireType(schema.unwrap())) : schema;
}

function isWrapper(
  schema: z.ZodType,
): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional | z.ZodExactOptional | z.ZodNullable {
  const wrappers = [z.ZodDefault, z.ZodPrefault, z.ZodOptional, z.ZodExactOptional, z.ZodNullable];
  return wrappers.some((type) => schema instanceof type);
}

// zod types nested schemas as its core class, although ours are all instances of ZodType.
function requireType(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new TypeError('not a zod schema');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
