import { useMemo, useState } from 'react';
import { ApiError } from '../api/client.js';
import { fieldErrorText } from '../api/field-error-text.js';
import { useText, type Text } from '../messages/language.js';
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
  const t = useText();
  return useMemo(() => {
    const errors = fieldErrorsIn(error, t);
    return {
      form: {
        value,
        errors,
        change: (path, changed) => setValue((held) => withValueAt(held, path, changed)),
      },
      others: unplacedErrors(errors, specs, value),
      replace: setValue,
    };
  }, [value, error, specs, t]);
}

function fieldErrorsIn(error: Error | null, t: Text): readonly FieldError[] {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
  return errors.map((each) => ({ field: each.field, message: fieldErrorText(each, t) }));
}
