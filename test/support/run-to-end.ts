import { once } from 'node:events';
import { startChild } from './child-processes.js';

export interface CommandEnd {
  /** Null where a signal ended it. */
  exitCode: number | null;
  /** What it printed, on both of its outputs. */
  output: string;
}

/** Runs a program until it ends by itself, without input. */
export async function runToEnd(
  program: string,
  options: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<CommandEnd> {
  const child = startChild(program, options, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}
