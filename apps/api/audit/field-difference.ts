import { isDeepStrictEqual } from 'node:util';
import { isFields, type Fields } from '../http/fields.js';

/** The fields in which two objects differ, compared recursively; lists are compared as a whole. */
export function fieldDifference(before: Fields, after: Fields): { before: Fields; after: Fields } {
  const olds: [string, unknown][] = [];
  const news: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, changed] = [before[name], after[name]];
    if (isDeepStrictEqual(old, changed)) continue;
    const isNested = isFields(old) && isFields(changed);
    const nested = isNested ? fieldDifference(old, changed) : { before: old, after: changed };
    if (Object.hasOwn(before, name)) olds.push([name, nested.before]);
    if (Object.hasOwn(after, name)) news.push([name, nested.after]);
  }
  return { before: Object.fromEntries(olds), after: Object.fromEntries(news) };
}
