import type { FieldCode } from '#libs/contract';

/** An invalid field in a `ProblemError`; without a code, it has that of its message. */
export interface FieldError {
  field: string;
  message: string;
  code?: FieldCode;
  values?: Record<string, string | number> | undefined;
}
