/**
 * An ESLint rule: no line of a comment ends beyond the given column. Prettier breaks code at its `printWidth`
 * and does not wrap comments. A line that ends with a URL may be longer.
 */
export const commentWidth = {
  meta: {
    type: 'layout',
    docs: { description: 'limit the width of comments' },
    schema: [{ type: 'integer', minimum: 1 }],
    messages: { wide: 'this line has {{length}} columns; wrap the comment at {{width}}' },
  },
  create(context) {
    const [width] = context.options;
    const { sourceCode } = context;
    const check = (comment, line) => {
      const text = sourceCode.lines[line - 1];
      const isLast = line === comment.loc.end.line;
      const length = isLast ? comment.loc.end.column : text.length;
      if (length <= width || text.slice(0, length).split(' ').at(-1).includes('://')) return;
      const loc = { start: { line, column: width }, end: { line, column: length } };
      context.report({ loc, messageId: 'wide', data: { length, width } });
    };
    return {
      Program() {
        for (const comment of sourceCode.getAllComments())
          for (let line = comment.loc.start.line; line <= comment.loc.end.line; line++) check(comment, line);
      },
    };
  },
};
