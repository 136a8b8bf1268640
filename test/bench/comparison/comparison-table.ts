import type { Measured } from './competitor.js';
import type { Spread, SummaryCell, SummaryRow } from './summary.js';

/** Markdown: the medians with their ratios to nginx, then how far the rounds differ, then how busy each part was. */
export function comparisonTable(measured: readonly Measured[], rows: readonly SummaryRow[]): string[] {
  const compared = rows.filter(({ isShare }) => !isShare);
  const shares = rows.filter(({ isShare }) => isShare);
  return [
    'Median of the rounds; in bold the ratio to nginx, which is the median of the ratios within a round.',
    '',
    ...table(measured, compared, medianText),
    '',
    'Least and most of the rounds, and of the ratios:',
    '',
    ...table(measured, compared, spreadText),
    '',
    'How busy each part was, in percent of one processor (median):',
    '',
    ...table(measured, shares, medianText),
    '',
    ...measured.map(({ name, version, setup, missing }) =>
      `- ${name} ${version}: ${missing ?? setup}`.replace(' :', ':'),
    ),
  ];
}

function table(
  measured: readonly Measured[],
  rows: readonly SummaryRow[],
  text: (cell: SummaryCell, digits: number) => string,
): string[] {
  const present = measured.flatMap(({ missing }, index) => (missing === null ? [index] : []));
  const head = ['', ...present.map((index) => measured[index]?.name ?? '')];
  const body = rows.map(({ title, unit, digits, cells }) => [
    `${title}, ${unit}`,
    ...present.map((index) => {
      const cell = cells[index];
      return cell ? text(cell, digits) : '–';
    }),
  ]);
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

function medianText({ name, value, ratio }: SummaryCell, digits: number): string {
  if (value === null) return '–';
  const text = numberText(value.median, digits);
  return ratio === null || name === 'nginx' ? text : `${text} **${numberText(ratio.median, 2)}×**`;
}

function spreadText({ name, value, ratio }: SummaryCell, digits: number): string {
  if (value === null) return '–';
  const text = rangeText(value, digits);
  return ratio === null || name === 'nginx' ? text : `${text} (${rangeText(ratio, 2)}×)`;
}

function rangeText({ least, most }: Spread, digits: number): string {
  return `${numberText(least, digits)} to ${numberText(most, digits)}`;
}

function numberText(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
