import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { acceptsConnections } from './accepts-connections.js';
import { ChildProgram, runToEnd } from './child-program.js';

/** The verdict of nginx on a configuration: whether it is valid, and otherwise the place and the reason. */
export interface NginxVerdict {
  isTaken: boolean;
  message: string;
  file: string;
  line: number | null;
}

/** Runs `nginx -t`. The files are given by their paths; nginx reads `nginx.conf` first. */
export async function nginxVerdict(files: Readonly<Record<string, string>>): Promise<NginxVerdict> {
  const folder = await folderWith(files);
  try {
    const { exitCode, output } = await runToEnd('nginx', ['-t', ...optionsIn(folder)], environment());
    const [, message = output, file = '', line] =
      /\[emerg\] (?:[0-9#]+: )?(.*?)(?: in (\S+?))?(?::([0-9]+))?$/m.exec(output) ?? [];
    return {
      isTaken: exitCode === 0,
      message,
      file: file.replace(`${folder}/`, ''),
      line: line === undefined ? null : Number(line),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A running nginx. `stop` leaves nothing behind. */
export interface RunningNginx {
  stop(): Promise<void>;
}

/** Starts nginx; resolves once this port of 127.0.0.1 accepts connections. */
export async function startNginx(
  files: Readonly<Record<string, string>>,
  port: number,
): Promise<RunningNginx> {
  const folder = await folderWith(files);
  const command = ['nginx', ...optionsIn(folder), '-g', 'daemon off;'] as const;
  const program = new ChildProgram({ name: 'nginx', command, environment: environment() }).start();
  await program.untilReady(() => acceptsConnections(port));
  return {
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function optionsIn(folder: string): string[] {
  return ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
}

// Debian installs daemons in /usr/sbin, which is only on root's PATH.
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}
