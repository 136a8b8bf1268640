import { describe, expect, test } from 'vitest';
import { ratioPlot } from './ratio-plot.js';
import type { Spread } from './spread.js';
import type { SummaryRow } from './summary.js';

const exactly = (value: number): Spread => ({
  median: value,
  lowerQuartile: value,
  upperQuartile: value,
  least: value,
  most: value,
});

describe('ratioPlot', () => {
  test('draws a bar for each ratio, to the left of 1 if it is smaller and to the right if it is larger', () => {
    const plot = ratioPlot(
      [row('echo', { Sluice: 0.5, nginx: 1, Caddy: 2 }), row('no ratio', {})],
      'caption',
    );
    const bars = [...plot.matchAll(/<rect class="(own|peer)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
    expect(bars.map(([, kind]) => kind)).toEqual(['own', 'peer']);
    const [[, , ownX, ownWidth] = [], [, , peerX, peerWidth] = []] = bars;
    expect(Number(ownX) + Number(ownWidth)).toBeCloseTo(Number(peerX));
    expect(ownWidth).toBe(peerWidth);
    expect(plot).not.toContain('no ratio');
  });

  test('keeps a ratio of zero or less within the plot', () => {
    const plot = ratioPlot([row('latency', { Sluice: -3, Caddy: 1000 })], 'caption');
    const numbers = [...plot.matchAll(/ x[12]?="(-?[\d.]+)"/g)].map(([, x]) => Number(x));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(760);
  });
});

function row(title: string, ratios: Record<string, number>): SummaryRow {
  const cells = Object.entries(ratios).map(([name, ratio]) => ({
    name,
    value: exactly(ratio),
    ratios: { nginx: exactly(ratio) },
  }));
  return { title, unit: 'µs', digits: 1, isShare: false, isPlotted: true, bestPeers: [], cells };
}
