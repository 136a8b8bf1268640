import type { ValueTransformer } from 'typeorm';

/** Postgres returns a bigint as text; revisions and limits stay far below 2^53. */
export const wholeNumber: ValueTransformer = {
  to: (value: number | null): number | null => value,
  from: (value: number | string | null): number | null => (value === null ? null : Number(value)),
};
