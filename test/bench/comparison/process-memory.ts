import { readFile } from 'node:fs/promises';

/** The proportional set size of processes in bytes (proc_pid_smaps(5)). */
export async function processMemory(pids: readonly number[]): Promise<number> {
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
