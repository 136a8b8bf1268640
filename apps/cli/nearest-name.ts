import { closest, distance } from 'fastest-levenshtein';

/** The most similar name; null if none is similar. */
export function nearestName(name: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const nearest = closest(name, names);
  return distance(name, nearest) <= Math.ceil(name.length / 3) ? nearest : null;
}
