import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-program.mjs';

/**
 * A digest of files of the repository and of other inputs of an output. Contents count, not times: a checkout
 * changes the times of unchanged files.
 */
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

/** The files that `isSource` accepts in a folder of the repository and its subfolders, in a fixed order. */
export function listFiles(folder, isSource) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path, isSource);
    return isSource(path) ? [path] : [];
  });
  return files.sort();
}
