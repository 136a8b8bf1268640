import { cpus, loadavg, totalmem } from 'node:os';

/** Prints the machine with its load, and a Markdown table whose first row is its head. */
export function printResults(rows: readonly (readonly string[])[]): void {
  const processor = cpus()[0]?.model ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const load = `load ${loadavg()[0]?.toFixed(1) ?? 'unknown'} at the end`;
  const node = `Node ${process.versions.node}, ${process.platform}`;
  console.log(`\n${cpus().length} × ${processor}, ${memory}, ${node}, ${load}\n`);
  const [head = [], ...body] = rows;
  for (const row of [head, head.map(() => '---'), ...body]) console.log(`| ${row.join(' | ')} |`);
}
