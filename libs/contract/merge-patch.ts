import { z } from 'zod';

/**
 * The schema of a PATCH body for a resource: every field may be left out, nested objects likewise, and no default
 * is filled in. Arrays and maps are replaced whole; null is a value, allowed where the field allows it.
 */
export function patchSchemaOf(schema: z.ZodObject): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    shape[name] = patchFieldOf(field as z.ZodType).optional();
  }
  return z.strictObject(shape);
}

function patchFieldOf(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional) {
    return patchFieldOf(field.unwrap() as z.ZodType);
  }
  return field instanceof z.ZodObject ? patchSchemaOf(field) : field;
}

/** Lays a patch over a resource: objects named in `schema` merge, everything else is replaced. */
export function applyPatch(schema: z.ZodObject, current: unknown, patch: unknown): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...(current as Record<string, unknown>) };
  for (const [name, value] of Object.entries(patch as Record<string, unknown>)) {
    const field = innermost(schema.shape[name] as z.ZodType);
    merged[name] = field instanceof z.ZodObject ? applyPatch(field, merged[name], value) : value;
  }
  return merged;
}

function innermost(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault || field instanceof z.ZodOptional
    ? innermost(field.unwrap() as z.ZodType)
    : field;
}
