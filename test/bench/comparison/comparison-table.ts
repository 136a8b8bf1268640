import type { Measured } from './competitor.js';
import type { Spread } from './spread.js';
import { ratioBases, type SummaryCell, type SummaryRow } from './summary.js';

/**
 * Markdown tables of the medians, the ratios of Sluice to its peers, the spread of the rounds, and the load
 * of each part.
 */
export function comparisonTable(measured: readonly Measured[], rows: readonly SummaryRow[]): string[] {
  const compared = rows.filter(({ isShare }) => !isShare);
  const shares = rows.filter(({ isShare }) => isShare);
  return [
    'Median of the rounds; in bold the ratio to nginx, which is the median of the ratios within a round.',
    '',
    ...table(measured, compared, medianText),
    '',
    ...measured.flatMap((one, index) => (one.role === 'sluice' ? ratioTable(one, index, compared) : [])),
    'The rounds: quartiles, and minimum and maximum in parentheses.',
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

/** A table of the ratios of one proxy to each basis. */
function ratioTable({ name, missing }: Measured, index: number, rows: readonly SummaryRow[]): string[] {
  if (missing !== null) return [];
  const body = rows.flatMap(({ title, cells, bestPeers }) => {
    const ratios = cells[index]?.ratios ?? {};
    if (Object.keys(ratios).length === 0) return [];
    const texts = ratioBases.map((basis) => ratioText(ratios[basis]));
    return [[title, ...texts, bestPeers.map((peer) => `${peer.name} ${peer.rounds}`).join(', ')]];
  });
  if (body.length === 0) return [];
  const head = [`ratio of ${name}`, ...ratioBases.map((basis) => `to ${basis}`), 'best peer in rounds'];
  return [
    `${name}: ratios within a round; median, quartiles, and minimum and maximum in parentheses.`,
    '',
    ...markdown(head, body),
    '',
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
  return markdown(head, body);
}

function markdown(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

function medianText({ name, value, ratios }: SummaryCell, digits: number): string {
  if (value === null) return '–';
  const text = numberText(value.median, digits);
  return ratios.nginx === undefined || name === 'nginx'
    ? text
    : `${text} **${numberText(ratios.nginx.median, 2)}×**`;
}

function spreadText({ value }: SummaryCell, digits: number): string {
  return value === null ? '–' : rangesText(value, digits);
}

function ratioText(ratio: Spread | undefined): string {
  return ratio === undefined ? '–' : `**${numberText(ratio.median, 2)}×** ${rangesText(ratio, 2)}`;
}

function rangesText({ lowerQuartile, upperQuartile, least, most }: Spread, digits: number): string {
  const range = (from: number, to: number): string =>
    `${numberText(from, digits)} to ${numberText(to, digits)}`;
  return `${range(lowerQuartile, upperQuartile)} (${range(least, most)})`;
}

function numberText(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
