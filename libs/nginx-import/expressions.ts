/**
 * Whether a value matches a regular expression of nginx; null where that takes an engine. What constants are
 * compared with is nearly always a plain word, with or without anchors.
 */
export function matchesExpression(expression: string, value: string, isCaseless: boolean): boolean | null {
  const [, start, word, end] = /^(\^?)([A-Za-z0-9_-]+)(\$?)$/.exec(expression) ?? [];
  if (word === undefined) return null;
  const [text, part] = isCaseless ? [value.toLowerCase(), word.toLowerCase()] : [value, word];
  if (start === '^' && end === '$') return text === part;
  if (start === '^') return text.startsWith(part);
  return end === '$' ? text.endsWith(part) : text.includes(part);
}
