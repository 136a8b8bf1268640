import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { z } from 'zod';
import { SlicedSchema } from '../http/sliced-schema.js';
import { SparseSchema } from '../http/sparse-schema.js';

type Converter = NonNullable<SwaggerDocumentOptions['standardSchemaConverter']>;
type Conversion = NonNullable<ReturnType<Converter>>;
type SchemaType = Parameters<Converter>[1]['schemaType'];
type JsonObject = Record<string, unknown>;

const definitions = '#/$defs/';

/** Marks the schema of an optional body, which JSON Schema cannot express. */
export const optionalMark = 'x-optional';

/**
 * Converts a zod schema to the JSON Schema of OpenAPI 3.1: a schema with `.meta({ id })` becomes a component.
 * In bodies fields with a default are optional, so their components differ from those of answers and end in
 * `Input`; components of answers that omit such fields end in `Sparse`. The objects of answers are open: a
 * later version may add fields, and clients that were generated earlier still accept them.
 */
export const convertZodSchema: Converter = (given, { schemaType }) => {
  if (typeof given !== 'object' || given === null) return undefined;
  const known = conversions[schemaType].get(given);
  if (known !== undefined) return known;
  const conversion = convert(given, schemaType);
  if (conversion !== undefined) conversions[schemaType].set(given, conversion);
  return conversion;
};

// The problem document alone stands in hundreds of answers, and a conversion takes up to a millisecond.
// Schemas are constants, and the framework copies what it gets.
const conversions = { input: new WeakMap<object, Conversion>(), output: new WeakMap<object, Conversion>() };

function convert(given: object, schemaType: SchemaType): Conversion | undefined {
  const isSparse = given instanceof SparseSchema;
  const schema: unknown = isSparse || given instanceof SlicedSchema ? given.described : given;
  if (!(schema instanceof z.ZodType)) return undefined;
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: isSparse ? 'input' : schemaType });
  delete root.$schema;
  const suffix = schemaType === 'input' ? 'Input' : isSparse ? 'Sparse' : '';
  const nameOf = (id: string): string => (root.$ref === definitions + id ? id : id + suffix);
  const components = Object.entries($defs).map(([id, definition]) => [nameOf(id), definition]);
  const isOptional = schemaType === 'input' && schema.safeParse(undefined).success;
  const finish = (value: unknown): unknown => {
    const renamed = withRenamedRefs(value, nameOf);
    return schemaType === 'output' ? opened(renamed) : renamed;
  };
  return {
    schema: finish({ ...root, ...(isOptional && { [optionalMark]: true }) }) as JsonObject,
    components: Object.fromEntries(
      components.map(([name, definition]) => [name, finish(definition)]),
    ) as JsonObject,
  };
}

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([name, field]) => name !== 'additionalProperties' || field !== false)
    .map(([name, field]: [string, unknown]) => [name, opened(field)]);
  return Object.fromEntries(fields) as JsonObject;
}

function withRenamedRefs(value: unknown, nameOf: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withRenamedRefs(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]: [string, unknown]) => [
    name,
    name === '$ref' && typeof field === 'string' && field.startsWith(definitions)
      ? definitions + nameOf(field.slice(definitions.length))
      : withRenamedRefs(field, nameOf),
  ]);
  return Object.fromEntries(fields) as JsonObject;
}
