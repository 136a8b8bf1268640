import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-program.mjs';

/** A digest of files of the repository and of what else an output depends on. Contents count, not times: a checkout changes the times of files that are the same. */
export function fingerprintOf(files, others = []) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  for (const other of others) hash.update(`${other}\0`);
  return hash.digest('hex');
}

/** The files in a folder of the repository, and in the folders in it, that `isSource` accepts; in a fixed order. */
export function listFiles(folder, isSource) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path, isSource);
    return isSource(path) ? [path] : [];
  });
  return files.sort();
}
