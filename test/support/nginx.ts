import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ChildProgram, runToEnd } from './child-program.js';

/** What nginx itself says about a configuration: whether it takes it, and else where and why not. */
export interface NginxVerdict {
  isTaken: boolean;
  message: string;
  file: string;
  line: number | null;
}

/** Asks `nginx -t`. The files are by their paths; nginx starts with `nginx.conf`. */
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

/** A running nginx. Nothing of it is left after `stop`. */
export interface RunningNginx {
  stop(): Promise<void>;
}

/** Starts nginx, and resolves once this port of 127.0.0.1 takes connections. */
export async function startNginx(
  files: Readonly<Record<string, string>>,
  port: number,
): Promise<RunningNginx> {
  const folder = await folderWith(files);
  const command = ['nginx', ...optionsIn(folder), '-g', 'daemon off;'] as const;
  const program = new ChildProgram({ name: 'nginx', command, environment: environment() }).start();
  await program.untilReady(() => takesConnections(port));
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

// Debian keeps daemons in /usr/sbin, which only the PATH of root has.
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

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
