import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const pollMs = 20;
const longestStartMs = 120_000;
const stopTimeoutMs = 20_000;

/** One of Sluice's programs, as it was built, in a process of its own. What it prints is in a file. */
export interface BenchProcess {
  /** Milliseconds from the start of the process until it said that it is ready. */
  readyAfterMs: number;
  pid: number;
  stop(): Promise<void>;
  /** Ends it at once, with nothing put in order. */
  kill(): Promise<void>;
}

export interface BenchProcessInput {
  app: 'api' | 'gateway' | 'echo' | 'all-in-one';
  folder: string;
  environment: Record<string, string>;
  /** Where it answers 200, with this in its answer, once it is ready. */
  readyUrl: string;
  readyText: string;
}

/** Starts `dist/apps/<app>/main.js` and waits until it is ready. */
export async function startBenchProcess(input: BenchProcessInput): Promise<BenchProcess> {
  const { app, folder, environment } = input;
  const main = fileURLToPath(new URL(`../../apps/${app}/main.js`, import.meta.url));
  const logPath = join(folder, `${app}.log`);
  const log = await open(logPath, 'w');
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const stop = (): Promise<void> => stopChild(child);
  try {
    await untilReady(child, input, startedAtMs + longestStartMs);
  } catch (error) {
    await stop();
    throw new Error(`${app} did not start: ${(await readFile(logPath, 'utf8')).slice(-2000)}`, {
      cause: error,
    });
  }
  const readyAfterMs = performance.now() - startedAtMs;
  return { readyAfterMs, pid: child.pid ?? 0, stop, kill: () => killChild(child) };
}

async function untilReady(child: ChildProcess, input: BenchProcessInput, deadlineMs: number): Promise<void> {
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (await isReady(input)) return;
    await delay(pollMs);
  }
  throw new Error(`${input.readyUrl} did not say that it is ready`);
}

async function isReady({ readyUrl, readyText }: BenchProcessInput): Promise<boolean> {
  try {
    const response = await fetch(readyUrl);
    const text = await response.text();
    return response.ok && text.includes(readyText);
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
