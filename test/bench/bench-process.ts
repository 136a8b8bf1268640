import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.js';

/** One of Sluice's programs, as it was built, in a process of its own. */
export interface BenchProcess {
  program: ChildProgram;
  /** Milliseconds from the start of the process until it said that it is ready. */
  readyAfterMs: number;
  /** What it answered when it was ready. */
  readyAnswer: string;
}

export interface BenchProcessInput {
  app: 'api' | 'gateway' | 'echo' | 'all-in-one';
  folder: string;
  environment: Record<string, string>;
  /** Where it answers 200, with this in its answer, once it is ready. */
  readyUrl: string;
  readyText: string;
  launch?: Launch;
}

/** How a program is started, where it is not just run. */
export interface Launch {
  /** The name of its log; that of the application unless given. */
  name?: string;
  /** In place of the application's own main file. */
  main?: string;
  nodeOptions?: readonly string[];
  /** What to run so that a program runs on a processor of its own. */
  command?(program: string, options: readonly string[]): { program: string; options: string[] };
}

/** Starts `dist/apps/<app>/main.js` and waits until it is ready. */
export async function startBenchProcess(input: BenchProcessInput): Promise<BenchProcess> {
  const { app, folder, environment, launch = {} } = input;
  const main = launch.main ?? fileURLToPath(new URL(`../../apps/${app}/main.js`, import.meta.url));
  const options = [...(launch.nodeOptions ?? []), main];
  const command = launch.command?.(process.execPath, options) ?? { program: process.execPath, options };
  const startedAtMs = performance.now();
  const program = await ChildProgram.start({ name: launch.name ?? app, folder, environment, ...command });
  let readyAnswer = '';
  await program.untilReady(async () => {
    readyAnswer = await answerOf(input.readyUrl);
    return readyAnswer.includes(input.readyText);
  });
  return { program, readyAfterMs: performance.now() - startedAtMs, readyAnswer };
}

/** Empty unless it is a 200. */
async function answerOf(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    const text = await response.text();
    return response.ok ? text : '';
  } catch {
    return '';
  }
}
