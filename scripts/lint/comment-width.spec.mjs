import { readFileSync } from 'node:fs';
import { ESLint, Linter } from 'eslint';
import { expect, test } from 'vitest';
import { commentWidth } from './comment-width.mjs';

function linesOfProblems(code) {
  const plugins = { sluice: { rules: { 'comment-width': commentWidth } } };
  const config = { plugins, rules: { 'sluice/comment-width': ['error', 30] } };
  return new Linter().verify(code, [config]).map(({ line }) => line);
}

test.each([
  ['a line comment', '// A comment that ends beyond 30.', [1]],
  ['a comment after code', 'f(); // It ends at column 30, too.', [1]],
  ['lines of a block', '/**\n * Short.\n * A line that ends beyond col. 30.\n */', [3]],
  ['a block of one line', '/** A comment that ends there. */', [1]],
])('a comment that is too wide is refused: %s', (_name, code, lines) => {
  expect(linesOfProblems(code)).toEqual(lines);
});

test.each([
  ['exactly the width', '// A comment of thirty columns'],
  ['code that is wider', 'callOf("something wide", "and more");'],
  ['code after a comment', '/* short */ callOf("something wide", 12);'],
  ['a URL', '// https://example.com/path/of/a/document'],
])('other lines are accepted: %s', (_name, code) => {
  expect(linesOfProblems(code)).toEqual([]);
});

test("the maximum width of comments is Prettier's printWidth", async () => {
  const { printWidth } = JSON.parse(readFileSync('.prettierrc.json', 'utf8'));
  for (const file of ['apps/api/main.ts', 'test/chaos/main.ts', 'scripts/start.mjs', 'eslint.config.js']) {
    const { rules } = await new ESLint().calculateConfigForFile(file);
    expect(rules['sluice/comment-width']).toEqual([2, printWidth]);
  }
});
