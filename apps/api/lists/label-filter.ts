import { z } from 'zod';
import { labelNameSchema, labelValueSchema } from '#libs/contract';
import type { Condition } from './condition.js';

const message = 'expected the name of a label, or a name and a value like "env=prod"';

const oneFilterSchema = z
  .string()
  .max(200)
  .transform((text) => {
    const [name = '', ...rest] = text.split('=');
    return { name, value: rest.length === 0 ? null : rest.join('=') };
  })
  .refine(
    ({ name, value }) =>
      labelNameSchema.safeParse(name).success &&
      (value === null || labelValueSchema.safeParse(value).success),
    { error: message },
  );

/** The filter by labels, which a query may repeat: all of them must match. */
export const labelFilterSchema = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(oneFilterSchema).max(16))
  .optional()
  .meta({
    description: 'Resources with this label: `env`, or `env=prod`. Repeated: with all of them',
  });

type LabelFilter = z.output<typeof labelFilterSchema>;

export function labelled(filter: LabelFilter): Condition[] {
  return (filter ?? []).map(({ name, value }) => ({ kind: 'label', name, value }));
}
