/**
 * The index key of a host pattern: its labels in reverse order, so that all patterns below a suffix are
 * adjacent: `chat.acme.example` is `example.acme.chat.`, `*.acme.example` is `example.acme.*.`, and `*` is
 * `*.`.
 */
export function hostKeyOf(pattern: string): string {
  return `${pattern.split('.').reverse().join('.')}.`;
}

/** The index keys of all patterns that overlap with a given pattern: some host matches both. */
export interface OverlappingKeys {
  /** Single keys. */
  exact: string[];
  /** All keys between these two, excluding both. */
  range: { after: string; before: string } | null;
}

/**
 * The pattern `*` overlaps with every other pattern, but not with another `*`, which matches only remaining
 * hosts.
 */
export function keysOverlapping(pattern: string): OverlappingKeys {
  // No label begins with "{" or a later character, and "*" sorts before all labels.
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
