import { useMemo, useState } from 'react';
import { ApiError } from '../api/client.js';
import type { FieldSpec } from './field-spec.js';
import { unplacedErrors, type FieldError, type Form } from './form-context.js';
import { withValueAt, type FormObject } from './form-value.js';

export interface FormState {
  form: Form;
  /** Errors that no field shows. */
  others: readonly FieldError[];
  replace: (value: FormObject) => void;
}

/** The values of a form, and the errors of the last attempt to save it. */
export function useFormState(
  initial: FormObject,
  error: Error | null,
  specs: readonly FieldSpec[],
): FormState {
  const [value, setValue] = useState(initial);
  return useMemo(() => {
    const errors = fieldErrorsIn(error);
    return {
      form: {
        value,
        errors,
        change: (path, changed) => setValue((held) => withValueAt(held, path, changed)),
      },
      others: unplacedErrors(errors, specs, value),
      replace: setValue,
    };
  }, [value, error, specs]);
}

function fieldErrorsIn(error: Error | null): readonly FieldError[] {
  return error instanceof ApiError ? (error.problem?.errors ?? []) : [];
}
