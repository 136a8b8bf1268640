import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePort } from '../../../support/free-port.js';
import { sourceFolder } from '../folders.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { collectGarbageOf, collectOnSignal } from './garbage-collection.js';
import { startProxyProgram } from './proxy-program.js';

const run = promisify(execFile);
const packageFolder = join(sourceFolder, 'peers', 'http-proxy');
const installedPackage = join(packageFolder, 'node_modules', 'http-proxy', 'package.json');

export const httpProxy: ProxyKind = {
  name: 'http-proxy',
  role: 'peer',
  setup: 'one process, ws: true',
  start,
};

async function start(input: ProxyInput): Promise<RunningProxy> {
  await install();
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(installedPackage, 'utf8')));
  const port = await freePort();
  const main = join(packageFolder, 'proxy.mjs');
  const garbage = input.isForMemory ? collectOnSignal : [];
  const options = [...garbage, main, String(port), String(input.upstreamPort)];
  const program = process.execPath;
  const running = await startProxyProgram(input, { name: 'http-proxy', program, options, port, version });
  return input.isForMemory
    ? { ...running, collectGarbage: () => collectGarbageOf(running.processes) }
    : running;
}

async function install(): Promise<void> {
  if (existsSync(installedPackage)) return;
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: packageFolder });
  } catch (error) {
    throw new Error('http-proxy cannot be installed from the npm registry', { cause: error });
  }
}
