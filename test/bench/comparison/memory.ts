import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const sampleMs = 500;
const calmSamples = 6;
const calmShare = 0.01;

/** How long memory is given until garbage collectors have settled. */
export interface SettleTime {
  leastMs: number;
  mostMs: number;
}

/** The proportional set size of processes in bytes, once it has stayed within 1 % for 3 seconds. */
export async function settledMemory(
  pids: readonly number[],
  { leastMs, mostMs }: SettleTime,
): Promise<number> {
  const startedAtMs = performance.now();
  const samples: number[] = [];
  for (;;) {
    samples.push(await memoryOf(pids));
    const tookMs = performance.now() - startedAtMs;
    const last = samples.slice(-calmSamples);
    const isCalm =
      last.length === calmSamples && Math.max(...last) - Math.min(...last) <= Math.max(...last) * calmShare;
    if ((isCalm && tookMs >= leastMs) || tookMs >= mostMs) return last.at(-1) ?? 0;
    await delay(sampleMs);
  }
}

async function memoryOf(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(text) ?? [];
      if (kilobytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Pss`);
      return Number(kilobytes) * 1024;
    }),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
