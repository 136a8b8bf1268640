/**
 * A host pattern by its labels from the right, so that an index has everything below a suffix together:
 * `chat.acme.example` is `example.acme.chat.`, `*.acme.example` is `example.acme.*.`, and `*` is `*.`.
 */
export function hostKeyOf(pattern: string): string {
  return `${pattern.split('.').reverse().join('.')}.`;
}

/** Where to find the patterns that match a host which a given pattern matches, too. */
export interface OverlappingKeys {
  /** These keys. */
  exact: string[];
  /** And all between these two, which are not among them. */
  range: { after: string; before: string } | null;
}

/** The pattern `*` overlaps with everything, but nothing overlaps with another `*`: that one is what is left over. */
export function keysOverlapping(pattern: string): OverlappingKeys {
  // No label begins with a character from "{" on, and "*" stands before all of them.
  if (pattern === '*') return { exact: [], range: { after: hostKeyOf('*'), before: '{' } };
  const isWildcard = pattern.startsWith('*.');
  const labels = (isWildcard ? pattern.slice(2) : pattern).split('.').reverse();
  const suffixes = labels.slice(1).map((_, count) => labels.slice(0, count + 1).join('.'));
  const wildcards = suffixes.map((suffix) => `${suffix}.*.`);
  if (!isWildcard) return { exact: [...wildcards, hostKeyOf(pattern)], range: null };
  // "/" is the character after ".".
  const suffix = labels.join('.');
  return { exact: wildcards, range: { after: `${suffix}.`, before: `${suffix}/` } };
}
