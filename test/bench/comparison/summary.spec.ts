import { describe, expect, test } from 'vitest';
import type { Measured } from './competitor.js';
import { summarise, type SummaryCell, type SummaryRow } from './summary.js';

describe('summarise', () => {
  test('compares with nginx within each round, so that a busy round counts for both', () => {
    const { cells } = rowOf('CPU per 64-byte echo', [
      proxy('Sluice', { echo64: cpu(15, 60, 16) }),
      proxy('nginx', { echo64: cpu(10, 40, 8) }),
    ]);
    expect(cells[0]?.value).toMatchObject({ median: 16, least: 15, most: 60 });
    expect(cells[0]?.ratios.nginx).toMatchObject({ median: 1.5, least: 1.5, most: 2 });
  });

  test('compares with the best peer of each round, whichever that is, and never with Sluice itself', () => {
    const row = rowOf('CPU per 64-byte echo', [
      proxy('direct', { echo64: cpu(0, 0, 0) }),
      proxy('Sluice', { echo64: cpu(10, 10, 10) }),
      proxy('Sluice all-in-one', { echo64: cpu(1, 1, 1) }),
      proxy('nginx', { echo64: cpu(5, 20, 8) }),
      proxy('HAProxy', { echo64: cpu(8, 10, 10) }),
    ]);
    expect(row.cells[1]?.ratios['best peer']).toMatchObject({ median: 1.25, least: 1, most: 2 });
    expect(row.bestPeers).toEqual([
      { name: 'nginx', rounds: 2 },
      { name: 'HAProxy', rounds: 1 },
    ]);
  });

  test('describes the spread of seven rounds by minimum, quartiles and maximum', () => {
    const { cells } = rowOf('CPU per 64-byte echo', [proxy('Sluice', { echo64: cpu(7, 1, 6, 2, 5, 3, 4) })]);
    expect(cells[0]?.value).toEqual({ median: 4, lowerQuartile: 2, upperQuartile: 6, least: 1, most: 7 });
  });

  test('has no ratio if nginx is missing, and no row for a metric that was not measured', () => {
    const rows = summarise([proxy('Sluice', { memory: [{ bytesPerConnection: 2048 }] }), proxy('nginx', {})]);
    expect(rows.map(({ title }) => title)).toEqual(['memory per idle connection, user space']);
    const [own, nginx] = rows[0]?.cells ?? [];
    expect(own).toMatchObject({ name: 'Sluice', value: { median: 2 }, ratios: {} });
    expect(nginx).toEqual({ name: 'nginx', value: null, ratios: {} } satisfies SummaryCell);
  });
});

function cpu(...micros: number[]): { cpuMicros: number }[] {
  return micros.map((cpuMicros) => ({ cpuMicros }));
}

function proxy(name: string, samples: Measured['samples']): Measured {
  const role = name === 'direct' ? 'direct' : name.startsWith('Sluice') ? 'sluice' : 'peer';
  return { name, role, setup: '', version: '1.0.0', missing: null, samples };
}

function rowOf(title: string, measured: Measured[]): SummaryRow {
  const row = summarise(measured).find((one) => one.title === title);
  if (!row) throw new Error(`there is no row ${title}`);
  return row;
}
