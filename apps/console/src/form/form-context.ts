import { createContext, use } from 'react';
import type { FieldSpec } from './field-spec.js';
import { isObject, valueAt, type FormObject, type FormValue } from './form-value.js';

/** A field, and why its value was refused, in the language of the console. */
export interface FieldError {
  field: string;
  message: string;
}

/** The values of a form, and the errors that the API reported for them. */
export interface Form {
  value: FormObject;
  change: (path: string, value: FormValue) => void;
  errors: readonly FieldError[];
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = use(FormContext);
  if (form === null) throw new Error('this field needs a form');
  return form;
}

/** The problem of a field; in a value that is edited as one text, also of a part of it. */
export function errorAt(errors: readonly FieldError[], path: string): string | null {
  const exact = errors.find(({ field }) => field === path);
  if (exact !== undefined) return exact.message;
  const inside = errors.find(({ field }) => field.startsWith(`${path}.`));
  return inside === undefined ? null : `${inside.field.slice(path.length + 1)}: ${inside.message}`;
}

/** The errors that no field of the form shows. */
export function unplacedErrors(
  errors: readonly FieldError[],
  specs: readonly FieldSpec[],
  value: FormObject,
): readonly FieldError[] {
  return errors.filter(({ field }) => !isPlaced(field, specs, value));
}

/** Whether one of the fields shows an error with this name. */
export function isPlaced(field: string, specs: readonly FieldSpec[], value: FormObject): boolean {
  return specs.some((spec) => {
    if (spec.isFor?.(value) === false) return false;
    if (field === spec.path) return true;
    if (!field.startsWith(`${spec.path}.`)) return false;
    if (spec.kind !== 'items' && spec.kind !== 'group') return true;
    const rest = field.slice(spec.path.length + 1);
    const [index = '', ...names] = rest.split('.');
    const inner = valueAt(value, spec.kind === 'group' ? spec.path : `${spec.path}.${index}`);
    return isObject(inner) && isPlaced(spec.kind === 'group' ? rest : names.join('.'), spec.fields, inner);
  });
}
