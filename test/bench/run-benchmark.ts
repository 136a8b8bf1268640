import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Releases } from '../support/releases.js';
import { printResults } from './print-results.js';

/** Prints the rows of a benchmark, whose first row is the head, and releases its processes and files. */
export async function runBenchmark(measure: (releases: Releases) => Promise<string[][]>): Promise<void> {
  const releases = new Releases();
  try {
    printResults(await measure(releases));
  } finally {
    await releases.releaseAll();
  }
}

/** Creates a folder that is removed at the end. */
export async function temporaryFolder(releases: Releases): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  releases.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
