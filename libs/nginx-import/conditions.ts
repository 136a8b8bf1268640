import { matchesExpression } from './expressions.js';
import type { Directive } from './parser.js';
import { argument } from './scope.js';
import type { Variables } from './variables.js';

/** Whether the condition of an `if` holds for every handshake; null where it depends on the request. */
export function conditionOf(directive: Directive, variables: Variables): boolean | null {
  const words = wordsOf(directive);
  const [left = '', operator, right = ''] = words;
  // Sluice has no files.
  if (/^!?-[fdex]$/.test(left)) return left.startsWith('!');
  const value = variables.constant(left);
  if (value === null) return null;
  if (operator === undefined) return value !== '' && value !== '0';
  if (operator === '=' || operator === '!=') {
    const expected = variables.constant(right);
    return expected === null ? null : (value === expected) === (operator === '=');
  }
  if (!/^!?~\*?$/.test(operator)) return null;
  const matches = matchesExpression(right, value, operator.endsWith('*'));
  return matches === null ? null : matches !== operator.startsWith('!');
}

/** The words inside the parentheses, which may be written to them. */
function wordsOf(directive: Directive): string[] {
  const words = directive.args.map(({ text }) => text);
  const last = words.length - 1;
  words[0] = argument(directive, 0).replace(/^\(/, '');
  words[last] = (words[last] ?? '').replace(/\)$/, '');
  return words.filter((word, index) => word !== '' || (index !== 0 && index !== last));
}
