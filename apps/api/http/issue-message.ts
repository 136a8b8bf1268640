import { z } from 'zod';

/**
 * An error map for zod with messages that name the accepted values. It applies if the schema has no message,
 * and adds the example of the schema for missing and null values.
 */
export function issueMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(issue);
    case 'invalid_value':
      return `expected ${choice(issue.values)}`;
    case 'too_small':
      return `expected at least ${sized(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected at most ${sized(issue.maximum, issue.origin)}`;
    case 'invalid_union':
      return unionMessage(issue);
    // These have messages in their schemas, or in field-problems.ts.
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'not_multiple_of':
      return undefined;
  }
}

function typeMessage({ expected, input, schema }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  const type = schema instanceof z.ZodNumberFormat ? 'int' : expected;
  const example = exampleOf(schema);
  const like = example === undefined ? '' : `, like ${JSON.stringify(example)}`;
  const wanted = `expected ${typeNames[type] ?? type}${like}`;
  if (input === undefined) return `is required: ${wanted}`;
  return input === null ? `may not be null: ${wanted}` : wanted;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

function unionMessage(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  if ('options' in issue && Array.isArray(issue.options)) return `expected ${choice(issue.options)}`;
  const messages = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first.message]));
  return messages.length === 0 ? undefined : [...new Set(messages)].join(', or ');
}

function choice(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return texts.length === 1 ? texts.join() : `one of ${texts.join(', ')}`;
}

function sized(size: number | bigint, origin: string): string {
  const unit = units[origin];
  return unit === undefined ? String(size) : `${size} ${unit}${size === 1 ? '' : 's'}`;
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

function exampleOf(schema: unknown): unknown {
  return schema instanceof z.ZodType ? schema.meta()?.['example'] : undefined;
}
