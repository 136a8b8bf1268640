import type { z } from 'zod';

/** Adds an issue for each duplicate item of a list, compared by `keyOf`. */
export function refuseRepeated(
  items: readonly string[],
  context: z.core.$RefinementCtx,
  path: readonly PropertyKey[],
  keyOf: (item: string) => string = (item) => item,
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) {
      const message = `"${item}" is listed twice`;
      context.addIssue({ code: 'custom', path: [...path, index], message, params: { code: 'repeated' } });
    }
    seen.add(key);
  }
}
