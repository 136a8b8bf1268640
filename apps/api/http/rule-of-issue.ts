import { z } from 'zod';
import { fieldCodeOf, fieldRules, type FieldCode } from '#libs/contract';

interface Rule {
  code: FieldCode;
  values?: Record<string, string | number> | undefined;
}

const boundSchema = z.union([z.number(), z.bigint().transform(Number)]);
const originSchema = z
  .string()
  .transform((origin) => (origin === 'string' || origin === 'array' ? origin : 'number'));
const fieldCodeSchema = z.custom<FieldCode>(
  (code) => typeof code === 'string' && Object.hasOwn(fieldRules, code),
);

// The issues of zod with a code of their own; those of a format, and of a rule in TypeScript, have a message.
const ruleSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('invalid_type'), expected: z.string(), input: z.unknown() }),
  z.object({ code: z.literal('invalid_value'), values: z.array(z.unknown()) }),
  z.object({ code: z.literal('invalid_union'), options: z.array(z.unknown()) }),
  z.object({ code: z.literal('too_small'), origin: originSchema, minimum: boundSchema }),
  z.object({ code: z.literal('too_big'), origin: originSchema, maximum: boundSchema }),
  z.object({
    code: z.literal('custom'),
    params: z.object({
      code: fieldCodeSchema,
      values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  }),
]);

/** The rule that an issue of a schema reports. */
export function ruleOfIssue(issue: { readonly message: string }): Rule {
  const result = ruleSchema.safeParse(issue);
  if (!result.success) return { code: fieldCodeOf(issue.message) };
  const { data } = result;
  switch (data.code) {
    case 'invalid_type':
      return typeRule(data);
    case 'invalid_value':
      return choiceRule(data.values);
    case 'invalid_union':
      return choiceRule(data.options);
    case 'too_small':
      return { code: smallCodes[data.origin], values: { bound: data.minimum } };
    case 'too_big':
      return { code: largeCodes[data.origin], values: { bound: data.maximum } };
    case 'custom':
      return data.params;
  }
}

const smallCodes = { string: 'too_short', array: 'too_few', number: 'too_small' } as const;
const largeCodes = { string: 'too_long', array: 'too_many', number: 'too_large' } as const;

function typeRule({ expected, input }: { expected: string; input: unknown }): Rule {
  if (input === undefined) return { code: 'required' };
  return input === null ? { code: 'not_null' } : { code: 'wrong_type', values: { expected } };
}

function choiceRule(choices: readonly unknown[]): Rule {
  return {
    code: 'not_a_choice',
    values: { choices: choices.map((choice) => JSON.stringify(choice)).join(', ') },
  };
}
