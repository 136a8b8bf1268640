/** A text in the search of a URL; undefined if it is missing or empty. */
export function textIn(search: Record<string, unknown>, name: string): string | undefined {
  const value = search[name];
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** One of some words in the search of a URL. */
export function wordIn<Word extends string>(
  search: Record<string, unknown>,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textIn(search, name);
  return words.find((word) => word === text);
}

/** The text search of a list: one without a letter or digit would find nothing. */
export function searchOf(q: string | undefined): { q?: string } {
  return q !== undefined && /[\p{L}\p{N}]/u.test(q) ? { q } : {};
}
