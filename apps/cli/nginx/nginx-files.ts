import { isUtf8 } from 'node:buffer';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { CommandError } from '../command-error.js';
import { errorText } from '../error-text.js';

export interface NginxFiles {
  /** The text of each file by its path in the folder. */
  files: Record<string, string>;
  /** Which others were left out, and why. */
  skipped: string[];
}

// The API takes bodies of 1 MiB.
const maxBytes = 1_000_000;
const maxFiles = 1000;

/**
 * Reads one file, or all files of a folder; throws a `CommandError` where they
 * cannot be read, or are too large.
 */
export async function readNginxFiles(path: string): Promise<NginxFiles> {
  try {
    const root = await realpath(path);
    if (!(await stat(root)).isDirectory()) return await readAll([[basename(path), root]]);
    const found: [string, string][] = [];
    const skipped: string[] = [];
    await collect(root, root, found, skipped);
    const read = await readAll(found);
    return { files: read.files, skipped: [...skipped, ...read.skipped] };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
}

/** Links are followed inside the folder only, as those of sites-enabled to sites-available. */
async function collect(
  root: string,
  folder: string,
  found: [string, string][],
  skipped: string[],
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const name = relative(root, path);
    const target = await realpath(path).catch(() => null);
    if (target?.startsWith(root + sep) !== true) skipped.push(`${name}: it leads out of the folder`);
    else if (entry.isDirectory()) await collect(root, path, found, skipped);
    else if ((await stat(target)).isFile()) found.push([name, target]);
    if (found.length > maxFiles) throw new CommandError(`${root} has more than ${maxFiles} files`);
  }
}

async function readAll(found: readonly [name: string, path: string][]): Promise<NginxFiles> {
  const files: Record<string, string> = {};
  const skipped: string[] = [];
  let bytes = 0;
  for (const [name, path] of found) {
    const { size } = await stat(path);
    if (size > maxBytes) throw new CommandError(`${name} has more than ${maxBytes / 1_000_000} MB`);
    const content = await readFile(path);
    const reason = reasonToSkip(content);
    if (reason !== null) {
      skipped.push(`${name}: ${reason}`);
      continue;
    }
    bytes += content.length;
    files[name.split(sep).join('/')] = content.toString();
  }
  if (bytes <= maxBytes) return { files, skipped };
  throw new CommandError(`the files have more than ${maxBytes / 1_000_000} MB together`);
}

function reasonToSkip(content: Buffer): string | null {
  if (!isUtf8(content) || content.includes(0)) return 'it is not UTF-8 text';
  return content.includes('PRIVATE KEY-----') ? 'it has a private key' : null;
}
