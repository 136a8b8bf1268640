import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

// Temporary files older than this belong to no running write, also on a slow disk.
const leftoverAgeMs = 10 * 60 * 1000;

/**
 * Writes a file of mode 0600 so that a reader of `path` finds either the complete new content or the complete
 * old content, also after a crash of the machine. Creates the folder with mode 0700 if it is missing. A
 * failed write leaves no temporary file.
 */
export async function writeAtomically(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeDraft(draft, chunks);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes the temporary files of writes that a crash interrupted. */
export async function removeLeftovers(path: string): Promise<void> {
  const isDraft = (name: string): boolean => name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp');
  const drafts = (await readdir(dirname(path))).filter(isDraft).map((name) => join(dirname(path), name));
  for (const draft of drafts) {
    const { mtimeMs } = await stat(draft);
    if (Date.now() - mtimeMs > leftoverAgeMs) await rm(draft, { force: true });
  }
}

async function writeDraft(draft: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

// The rename is stored in the folder (fsync(2)).
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
