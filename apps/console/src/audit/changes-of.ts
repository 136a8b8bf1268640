import type { FieldChange } from '../parts/field-changes.js';

type Fields = Readonly<Record<string, unknown>>;

/** The changed fields of an audit entry, nested ones by their path, like `limits.maxConnections`. */
export function changesOf(before: Fields | null, after: Fields | null): FieldChange[] {
  return [...changesBetween(before ?? {}, after ?? {}, '')];
}

function* changesBetween(before: Fields, after: Fields, prefix: string): Generator<FieldChange> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, changed] = [before[name], after[name]];
    if (isFields(old) && isFields(changed)) yield* changesBetween(old, changed, `${prefix}${name}.`);
    else yield { field: `${prefix}${name}`, before: old, after: changed };
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
