import { isObject, withValueAt, type FormObject, type FormValue } from './form-value.js';

/** A field in which two versions differ. */
export interface Difference {
  path: string;
  before: FormValue;
  after: FormValue;
}

/** The fields in which two versions differ; lists are compared as a whole. */
export function differencesOf(before: FormObject, after: FormObject, at = ''): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [old, now] = [before[name] ?? null, after[name] ?? null];
    const path = `${at}${name}`;
    // Names of labels and header fields may contain dots, so such an object is compared as a whole.
    const isNested = isObject(old) && isObject(now) && !/(?:labels|\.set|requiredClaims)$/.test(path);
    if (isNested) return differencesOf(old, now, `${path}.`);
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path, before: old, after: now }];
  });
}

/** The version of another user, with the changes of this user applied. */
export function withChanges(theirs: FormObject, changes: readonly Difference[]): FormObject {
  return changes.reduce((value, { path, after }) => withValueAt(value, path, after), theirs);
}
