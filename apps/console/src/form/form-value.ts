/** A value of a form, as the REST API has it. While it is edited, it may be one that the API refuses. */
export type FormValue = string | number | boolean | null | readonly FormValue[] | FormObject;
export interface FormObject {
  readonly [name: string]: FormValue;
}

/** The object of a resource, in the words of the form. */
export function formObjectOf(resource: object): FormObject {
  const value: FormValue = JSON.parse(JSON.stringify(resource)) as FormValue;
  return isObject(value) ? value : {};
}

/** The value at a path like `timeouts.connectMs` or `upstreams.0.url`; null if there is none. */
export function valueAt(value: FormValue, path: string): FormValue {
  let found: FormValue = value;
  for (const name of path.split('.')) {
    const next: FormValue | undefined = isList(found)
      ? found[Number(name)]
      : isObject(found)
        ? found[name]
        : null;
    found = next ?? null;
  }
  return found;
}

/** The same value with another one at the path. */
export function withValueAt(value: FormObject, path: string, changed: FormValue): FormObject {
  const result = replaced(value, path.split('.'), changed);
  return isObject(result) ? result : value;
}

function replaced(value: FormValue, [name, ...rest]: readonly string[], changed: FormValue): FormValue {
  if (name === undefined) return changed;
  if (isList(value)) {
    return value.map((item, index) => (index === Number(name) ? replaced(item, rest, changed) : item));
  }
  const held = isObject(value) ? value : {};
  return { ...held, [name]: replaced(held[name] ?? null, rest, changed) };
}

export function isObject(value: FormValue): value is FormObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: FormValue): value is readonly FormValue[] {
  return Array.isArray(value);
}

/** The text of a single value; none of an object or a list. */
export function textIn(value: FormValue): string {
  return typeof value === 'object' ? '' : String(value);
}

/** The items of a list; none if it is null. */
export function listIn(value: FormValue): readonly FormValue[] {
  return isList(value) ? value : [];
}
