import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFolder, sourceFolder } from './folders.js';
import { programPath } from './program-path.js';

const run = promisify(execFile);
const flags = ['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra'];
const generator = ['load-generator.c', 'client.c', 'process-clock.c'];
const echoUpstream = ['server.c', 'echo-upstream.c', 'websocket.c'];
const sources = {
  websocket: { generator: [...generator, 'websocket-client.c', 'websocket.c'], upstream: echoUpstream },
  closes: {
    generator: ['close-recorder.c', 'client.c', 'websocket-client.c', 'websocket.c'],
    upstream: echoUpstream,
  },
  http: { generator: [...generator, 'http-client.c'], upstream: ['server.c', 'http-upstream.c'] },
};

export interface LoadPrograms {
  generator: string;
  upstream: string;
}

/**
 * Builds both ends of the load. They are written in C, because a generator and an upstream on Node.js take
 * several times as long as nginx for a small message, so that the proxy would mostly wait for them.
 */
export async function buildLoadPrograms(load: keyof typeof sources = 'websocket'): Promise<LoadPrograms> {
  const compiler = await programPath('cc', 'build-essential');
  const folder = join(builtFolder, 'load');
  await mkdir(folder, { recursive: true });
  const build = async (part: 'generator' | 'upstream'): Promise<string> => {
    const program = join(folder, `${load}-${part}`);
    const paths = sources[load][part].map((source) => join(sourceFolder, 'load', source));
    await run(compiler, [...flags, '-o', program, ...paths]);
    return program;
  };
  return {
    generator: await build('generator'),
    upstream: await build('upstream'),
  };
}
