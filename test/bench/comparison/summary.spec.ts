import { describe, expect, it } from 'vitest';
import type { Measured } from './competitor.js';
import { summarise, type SummaryCell } from './summary.js';

describe('summarise', () => {
  it('compares with nginx within each round, so that a busy round counts for both', () => {
    const cell = cellOf('CPU per 64-byte echo', 'Sluice', [
      proxy('Sluice', { echo64: [{ cpuMicros: 15 }, { cpuMicros: 60 }, { cpuMicros: 16 }] }),
      proxy('nginx', { echo64: [{ cpuMicros: 10 }, { cpuMicros: 40 }, { cpuMicros: 8 }] }),
    ]);
    expect(cell?.value).toEqual({ median: 16, least: 15, most: 60 });
    expect(cell?.ratio).toEqual({ median: 1.5, least: 1.5, most: 2 });
  });

  it('takes the latency of the same round without a proxy off', () => {
    const all = [
      proxy('direct', { latency: [{ p50Micros: 50 }, { p50Micros: 70 }] }),
      proxy('nginx', { latency: [{ p50Micros: 150 }, { p50Micros: 190 }] }),
    ];
    const title = 'latency added over direct, p50';
    expect(cellOf(title, 'nginx', all)?.value).toEqual({ median: 120, least: 100, most: 120 });
    expect(cellOf(title, 'direct', all)?.value).toBeNull();
  });

  it('has no ratio where nginx is missing, and no row for what was not measured', () => {
    const rows = summarise([proxy('Sluice', { memory: [{ bytesPerConnection: 2048 }] }), proxy('nginx', {})]);
    expect(rows.map(({ title }) => title)).toEqual(['memory per idle connection']);
    expect(rows[0]?.cells).toEqual([
      { name: 'Sluice', value: { median: 2, least: 2, most: 2 }, ratio: null },
      { name: 'nginx', value: null, ratio: null },
    ]);
  });
});

function proxy(name: string, samples: Measured['samples']): Measured {
  return { name, setup: '', version: '1.0.0', missing: null, samples };
}

function cellOf(title: string, name: string, measured: Measured[]): SummaryCell | undefined {
  const row = summarise(measured).find((one) => one.title === title);
  return row?.cells.find((cell) => cell.name === name);
}
