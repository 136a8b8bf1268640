import { getStaticValue } from '@eslint-community/eslint-utils';
import { checkSync } from 'recheck';

// A busy machine must not change the verdict. Without the two limits of time, which are part of what recheck
// takes for slow, only steps are counted; the whole limit is far above what any pattern needs (seconds).
const options = { timeout: 120_000, incubationTimeout: null, attackTimeout: null };

const verdicts = new Map();

/**
 * An ESLint rule: no regular expression may take more than linear time on any input, including the search for
 * a match from every position. Most of them read untrusted input, and a quadratic one blocks the event loop
 * for a second on 30 KB.
 *
 * The rule checks literals, and `new RegExp(…)` with constants of the same file. A letter stands for unknown
 * parts.
 */
export const linearTimeRegexp = {
  meta: {
    type: 'problem',
    docs: { description: 'refuse regular expressions that can take more than linear time' },
    schema: [],
    messages: {
      slow: 'this can take {{complexity}} time, with an input like {{attack}}; use a linear pattern or a scanner',
      unknown: 'how long this can take cannot be found out: {{reason}}',
    },
  },
  create(context) {
    const check = (node, source, flags) => {
      const problem = problemOf(source, flags);
      if (problem !== null) context.report({ node, ...problem });
    };
    return {
      Literal: (node) => {
        if (node.regex) check(node, node.regex.pattern, node.regex.flags);
      },
      ':matches(NewExpression, CallExpression)[callee.name="RegExp"]': (node) => {
        const scope = context.sourceCode.getScope(node);
        const [source, flags] = node.arguments.map((argument) => textOf(argument, scope));
        if (typeof source === 'string') check(node, source, flags ?? '');
      },
    };
  },
};

// Undefined if unknown: then the pattern consists of other constants of the program.
function textOf(node, scope) {
  const known = getStaticValue(node, scope)?.value;
  if (known instanceof RegExp) return known.source;
  if (known !== undefined) return String(known);
  if (node.type !== 'TemplateLiteral') return undefined;
  const parts = node.quasis.map(({ value }) => value.cooked);
  return parts.reduce(
    (text, part, index) => text + (textOf(node.expressions[index - 1], scope) ?? 'x') + part,
  );
}

function problemOf(source, flags) {
  const key = `/${source}/${flags}`;
  if (!verdicts.has(key)) verdicts.set(key, verdictOn(source, flags));
  return verdicts.get(key);
}

function verdictOn(source, flags) {
  const { status, complexity, attack, error } = checkSync(source, flags, options);
  switch (status) {
    case 'safe':
      return null;
    case 'vulnerable':
      return { messageId: 'slow', data: { complexity: complexity.summary, attack: attack.pattern } };
    default:
      return { messageId: 'unknown', data: { reason: error.message ?? error.kind } };
  }
}
