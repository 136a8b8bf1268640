import { z } from 'zod';

/**
 * The schema of a JSON merge patch (RFC 7396) for a resource: every field may be omitted, in nested objects
 * too, and no default is filled in. Null is accepted for an entry of a map, to remove it, and for a nullable
 * field.
 */
export function patchSchemaOf(schema: z.ZodObject): z.ZodObject {
  const fields = Object.entries(schema.shape).map(([name, field]) => [
    name,
    fieldPatchOf(requireType(field)).optional(),
  ]);
  return z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
}

function fieldPatchOf(field: z.ZodType): z.ZodType {
  const patch = valuePatchOf(field);
  const description = descriptionOf(field);
  return description === undefined ? patch : patch.meta({ description });
}

function descriptionOf(schema: z.ZodType): string | undefined {
  const isWrapper = isOptional(schema) || schema instanceof z.ZodNullable;
  return schema.description ?? (isWrapper ? descriptionOf(requireType(schema.unwrap())) : undefined);
}

function valuePatchOf(schema: z.ZodType): z.ZodType {
  if (isOptional(schema)) return valuePatchOf(requireType(schema.unwrap()));
  if (schema instanceof z.ZodNullable) return valuePatchOf(requireType(schema.unwrap())).nullable();
  if (schema instanceof z.ZodObject) return patchSchemaOf(schema);
  if (schema instanceof z.ZodRecord) {
    // Any name, so that an entry that may no longer exist can still be removed. Added entries are validated
    // with the whole.
    return z.record(z.string(), valuePatchOf(requireType(schema.valueType)).nullable());
  }
  return schema;
}

/**
 * Merges a patch into a value (RFC 7396 §2): objects merge field by field at any depth, and anything else
 * replaces the previous value. Null removes an entry of a map. A field that `schema` declares always exists,
 * so null is its value. `schema` fills in what the result lacks if the patch creates an object.
 */
export function mergePatch(schema: z.ZodType | null, target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    const { isNamed, field } = memberOf(schema, name);
    if (value === null && !isNamed) members.delete(name);
    else members.set(name, mergePatch(field, members.get(name), value));
  }
  // Unlike an assignment, this makes `__proto__` a member like any other.
  return Object.fromEntries(members);
}

interface Member {
  /** Whether the schema declares the field; an entry of a map has a schema, but is not declared. */
  isNamed: boolean;
  field: z.ZodType | null;
}

function memberOf(schema: z.ZodType | null, name: string): Member {
  const object = schema === null ? null : innermost(schema);
  if (object instanceof z.ZodObject && Object.hasOwn(object.shape, name)) {
    return { isNamed: true, field: requireType(object.shape[name]) };
  }
  const field = object instanceof z.ZodRecord ? requireType(object.valueType) : null;
  return { isNamed: false, field };
}

function innermost(schema: z.ZodType): z.ZodType {
  return isOptional(schema) || schema instanceof z.ZodNullable
    ? innermost(requireType(schema.unwrap()))
    : schema;
}

function isOptional(
  schema: z.ZodType,
): schema is z.ZodDefault | z.ZodPrefault | z.ZodOptional | z.ZodExactOptional {
  const optional = [z.ZodDefault, z.ZodPrefault, z.ZodOptional, z.ZodExactOptional];
  return optional.some((type) => schema instanceof type);
}

// zod types the parts of a schema as its smaller core, although all of ours are complete schemas.
function requireType(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new TypeError('not a schema of zod');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
