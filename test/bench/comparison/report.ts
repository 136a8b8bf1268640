import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { comparisonTable } from './comparison-table.js';
import { rootFolder } from './folders.js';
import type { Machine } from './machine.js';
import type { Effort } from './metrics.js';
import { ratioPlot } from './ratio-plot.js';
import type { Measured } from './competitor.js';
import { summarise } from './summary.js';

export interface ReportInput {
  machine: Machine;
  /** The assignment of processors. */
  pinning: string;
  effort: Effort;
  /** The seed for the order of the proxies. */
  seed: number;
  measured: readonly Measured[];
  pacedPerSecond: number | null;
}

/** The whole result as Markdown, one item for each line. */
export function reportLines({
  machine,
  pinning,
  effort,
  seed,
  measured,
  pacedPerSecond,
}: ReportInput): string[] {
  const { measuredAt, processors, processor, memoryGigabytes, system, node, loadAverage } = machine;
  return [
    `${measuredAt.slice(0, 10)}: ${processors} × ${processor}, ${memoryGigabytes} GB, ${system}, Node ${node}; ` +
      `load ${loadAverage.toFixed(1)} at the end; ${pinning}.`,
    `Rounds: ${effort.rounds}, of memory ${effort.memoryRounds}; the order of the proxies is shuffled in each, seed ${seed}.`,
    ...(pacedPerSecond === null
      ? []
      : [
          `Latency at ${pacedPerSecond.toLocaleString('en')} messages a second, half of what the slowest can do.`,
        ]),
    ...(isKernelUnread(measured)
      ? ['Kernel memory of sockets: /proc/slabinfo cannot be read by this user.']
      : []),
    '',
    ...comparisonTable(measured, summarise(measured)),
  ];
}

function isKernelUnread(measured: readonly Measured[]): boolean {
  const samples = measured.flatMap((one) => one.samples.memory ?? []);
  return samples.length > 0 && samples.every((sample) => sample['kernelBytesPerConnection'] === undefined);
}

/**
 * Writes `docs/benchmarks/comparison.json`, with every sample, and `comparison.svg`; resolves with their
 * paths.
 */
export async function writeReport(input: ReportInput): Promise<string[]> {
  const folder = join(rootFolder, 'docs', 'benchmarks');
  await mkdir(folder, { recursive: true });
  const summary = summarise(input.measured);
  const { measuredAt, processors, processor } = input.machine;
  const caption = `Medians; lines are minimum and maximum of ${input.effort.rounds} rounds. ${processors} × ${processor}, ${measuredAt.slice(0, 10)}`;
  const files = {
    'comparison.json': oneEntryALine({ ...input, summary }),
    'comparison.svg': ratioPlot(
      summary.filter(({ isPlotted }) => isPlotted),
      caption,
    ),
  };
  const paths = Object.keys(files).map((name) => join(folder, name));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return paths;
}

/** JSON with one line for each field, and for each entry of a list. */
function oneEntryALine(report: object): string {
  const fields = Object.entries(report).map(([name, value]: [string, unknown]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((entry) => JSON.stringify(entry, rounded)).join(',\n')}\n]`
      : JSON.stringify(value, rounded);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
