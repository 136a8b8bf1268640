import type { Spread } from './spread.js';
import type { SummaryRow } from './summary.js';

interface Bar {
  name: string;
  ratio: Spread;
}

interface Scale {
  least: number;
  most: number;
  x: (ratio: number) => number;
}

const width = 760;
const labels = { left: 132, right: 56 };
const barHeight = 14;
const barStep = 20;
const groupGap = 40;
const headHeight = 58;

// Readable on light and dark pages, also as an image, to which the styles of the page do not apply.
const style = `
  .page { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 } .group { font-weight: 600 } .quiet { fill: #59636e }
  .grid { stroke: #d1d9e0 } .one { stroke: #1f2328 } .spread { stroke: #1f2328; stroke-width: 1.5 }
  .peer { fill: #9aa4af } .own { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d } .one, .spread { stroke: #f0f6fc }
    .peer { fill: #656c76 } .own { fill: #4493f8 }
  }`;

/**
 * An SVG with a group of bars for each row: the ratios of the proxies to nginx on a logarithmic scale, with
 * lines for the spread.
 */
export function ratioPlot(rows: readonly SummaryRow[], caption: string): string {
  const groups = rows.map(({ title, cells }) => ({
    title,
    bars: cells.flatMap(({ name, ratios: { nginx: ratio } }) =>
      ratio === undefined || name === 'nginx' ? [] : [{ name, ratio }],
    ),
  }));
  const drawn = groups.filter(({ bars }) => bars.length > 0);
  const scale = scaleOf(drawn.flatMap(({ bars }) => bars));
  const parts: string[] = [];
  let y = headHeight;
  for (const { title, bars } of drawn) {
    parts.push(text(labels.left, y + 12, 'group', title));
    y += barStep;
    for (const bar of bars) {
      parts.push(drawBar(bar, scale, y));
      y += barStep;
    }
    y += groupGap - barStep;
  }
  const bottom = y - groupGap + barStep + 8;
  const height = bottom + 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Ratios to nginx">`,
    `<style>${style}\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    text(16, 24, 'title', 'Ratio to nginx: to the left of 1 is cheaper'),
    text(16, 42, 'quiet', caption),
    ...grid(scale, bottom),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function scaleOf(bars: readonly Bar[]): Scale {
  const least = 2 ** Math.floor(Math.log2(Math.min(0.5, ...bars.map(({ ratio }) => shown(ratio.least)))));
  const most = 2 ** Math.ceil(Math.log2(Math.max(2, ...bars.map(({ ratio }) => shown(ratio.most)))));
  const room = width - labels.left - labels.right;
  const x = (ratio: number): number =>
    labels.left + (Math.log(shown(ratio) / least) / Math.log(most / least)) * room;
  return { least, most, x };
}

// A ratio beyond the plot is drawn at its edge.
function shown(ratio: number): number {
  return Math.min(Math.max(ratio, 1 / 16), 64);
}

function grid({ least, most, x }: Scale, bottom: number): string[] {
  const lines: string[] = [];
  for (let ratio = least; ratio <= most; ratio *= 2) {
    const at = x(ratio).toFixed(1);
    const kind = ratio === 1 ? 'one' : 'grid';
    lines.push(`<line class="${kind}" x1="${at}" x2="${at}" y1="${headHeight - 4}" y2="${bottom}"/>`);
    lines.push(`<text class="quiet" x="${at}" y="${bottom + 16}" text-anchor="middle">${ratio}×</text>`);
  }
  return lines;
}

function drawBar({ name, ratio }: Bar, scale: Scale, y: number): string {
  const [one, end] = [scale.x(1), scale.x(ratio.median)];
  const kind = name.startsWith('Sluice') ? 'own' : 'peer';
  const middle = y + barHeight / 2;
  const spread = [scale.x(ratio.least), scale.x(ratio.most)].map((x) => x.toFixed(1));
  const labelAt = Math.max(one, end, scale.x(ratio.most)) + 6;
  return [
    `<text x="${labels.left - 12}" y="${y + 11}" text-anchor="end">${name}</text>`,
    `<rect class="${kind}" x="${Math.min(one, end).toFixed(1)}" y="${y}" width="${Math.abs(end - one).toFixed(1)}" height="${barHeight}"/>`,
    `<line class="spread" x1="${spread[0] ?? ''}" x2="${spread[1] ?? ''}" y1="${middle}" y2="${middle}"/>`,
    text(Number(labelAt.toFixed(1)), y + 11, '', `${ratio.median.toFixed(2)}×`),
  ].join('');
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text${kind === '' ? '' : ` class="${kind}"`} x="${x}" y="${y}">${content}</text>`;
}
