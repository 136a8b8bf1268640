import { execFile } from 'node:child_process';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small disk, or a simulated one, that a test can fill. */
export interface SmallDisk {
  /** The description in the output. */
  kind: string;
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
  remove(): Promise<void>;
}

const sizeMiB = 16;

/**
 * A tmpfs at `folder` if this process may mount one (as root), and otherwise a bound on the size of files.
 */
export async function createSmallDisk(folder: string): Promise<SmallDisk> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder]);
    return tmpfs(folder);
  } catch {
    return boundOnFiles(folder);
  }
}

function tmpfs(folder: string): SmallDisk {
  const ballast = join(folder, 'ballast');
  return {
    kind: `a tmpfs of ${sizeMiB} MiB (ENOSPC)`,
    fill: () => writeUntilFull(ballast),
    free: () => rm(ballast, { force: true }),
    remove: async () => {
      await run('umount', [folder]);
    },
  };
}

async function writeUntilFull(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const bytes of [2 ** 20, 2 ** 12]) {
      for (;;) {
        const isFull = await file.write(Buffer.alloc(bytes)).then(
          ({ bytesWritten }) => bytesWritten < bytes,
          () => true,
        );
        if (isFull) break;
      }
    }
  } finally {
    await file.close();
  }
}

// Node.js ignores SIGXFSZ, so a write beyond the bound fails with EFBIG.
function boundOnFiles(folder: string): SmallDisk {
  const setBound = async (pid: number, bound: string): Promise<void> => {
    await run('prlimit', ['--pid', String(pid), `--fsize=${bound}:`]);
  };
  return {
    kind: 'a bound on the size of files (EFBIG)',
    fill: async (pid) => {
      const { size } = await stat(join(folder, 'sluice.db-wal'));
      await setBound(pid, String(size));
    },
    free: (pid) => setBound(pid, 'unlimited'),
    remove: () => Promise.resolve(),
  };
}
