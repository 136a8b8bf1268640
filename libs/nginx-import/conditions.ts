import { argument } from './scope.js';
import type { Directive } from './parser.js';
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
  return matchesWord(operator, value, right);
}

/** The words inside the parentheses, which may be written to them. */
function wordsOf(directive: Directive): string[] {
  const words = directive.args.map(({ text }) => text);
  const last = words.length - 1;
  words[0] = argument(directive, 0).replace(/^\(/, '');
  words[last] = (words[last] ?? '').replace(/\)$/, '');
  return words.filter((word, index) => word !== '' || (index !== 0 && index !== last));
}

/** Only an expression that is a plain word is decided here: others take an engine for expressions. */
function matchesWord(operator: string, value: string, expression: string): boolean | null {
  const word = /^\^?([A-Za-z0-9_-]+)\$?$/.exec(expression)?.[1];
  if (word === undefined || !/^!?~\*?$/.test(operator)) return null;
  const fold = (text: string): string => (operator.endsWith('*') ? text.toLowerCase() : text);
  const [text, part] = [fold(value), fold(word)];
  const starts = !expression.startsWith('^') || text.startsWith(part);
  const ends = !expression.endsWith('$') || text.endsWith(part);
  const isWhole = expression.startsWith('^') && expression.endsWith('$');
  const matches = isWhole ? text === part : starts && ends && text.includes(part);
  return matches !== operator.startsWith('!');
}
