import type { Measured } from './rounds.js';
import type { Spread, SummaryCell, SummaryRow } from './summary.js';

/** A Markdown table: a column a proxy, the median with the least and the most, and its ratio to nginx. */
export function comparisonTable(measured: readonly Measured[], rows: readonly SummaryRow[]): string[] {
  const head = ['', ...measured.map(({ name, version }) => `${name} ${version}`.trim())];
  const body = rows.flatMap((row) => [
    [`${row.title}, ${row.unit}`, ...row.cells.map(({ value }) => spreadText(value, row.digits))],
    ...(row.cells.some(({ ratio }) => ratio) ? [['ratio to nginx', ...row.cells.map(ratioText)]] : []),
  ]);
  const rule = head.map(() => '---');
  const missing = measured.flatMap(({ name, missing: why }) => (why === null ? [] : [`${name}: ${why}`]));
  const table = [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return missing.length === 0 ? table : [...table, '', ...missing];
}

function ratioText({ name, ratio }: SummaryCell): string {
  if (ratio === null) return '';
  return name === 'nginx'
    ? '1'
    : `**${ratio.median.toFixed(2)}** (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`;
}

function spreadText(value: Spread | null, digits: number): string {
  if (value === null) return '–';
  const text = (number: number): string =>
    number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(value.median)} (${text(value.least)}–${text(value.most)})`;
}
