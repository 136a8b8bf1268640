import { z } from 'zod';
import { fieldRules } from './field-rules.js';

/** The maximum number of labels of a resource. */
const maxLabels = 16;

/** The name of a label, which may have a prefix: `env`, `example.com/team`. */
export const labelNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._/-]{0,61}[a-z0-9])?$/, fieldRules.label_name);

/** The value of a label; it may be empty. */
export const labelValueSchema = z
  .string()
  .max(63)
  .regex(/^[^\p{Cc}]*$/u, fieldRules.control_characters);

/** The labels of a tenant, a route or an API key. */
export const labelsSchema = z
  .record(labelNameSchema, labelValueSchema)
  .refine((labels) => Object.keys(labels).length <= maxLabels, {
    error: `at most ${maxLabels} labels`,
    params: { code: 'too_many', values: { bound: maxLabels } },
  })
  .default({})
  .meta({
    description: 'Names and values by which resources are found; they do not change what gateways do',
    example: { env: 'prod' },
  });

export type Labels = z.output<typeof labelsSchema>;
