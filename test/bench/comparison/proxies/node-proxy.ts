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

export interface NodeProxy {
  name: string;
  setup: string;
  /** The npm package; the folder of that name in `peers/` has its program, `proxy.mjs`. */
  packageName: string;
}

/** A proxy on Node.js, from the npm registry. */
export function nodeProxy(proxy: NodeProxy): ProxyKind {
  const { name, setup } = proxy;
  return { name, role: 'peer', setup, start: (input) => start(proxy, input) };
}

async function start({ name, packageName }: NodeProxy, input: ProxyInput): Promise<RunningProxy> {
  const packageFolder = join(sourceFolder, 'peers', packageName.replace(/^@/, '').replace('/', '-'));
  const installedPackage = join(packageFolder, 'node_modules', packageName, 'package.json');
  await install({ packageFolder, installedPackage, packageName });
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(installedPackage, 'utf8')));
  const port = await freePort();
  const main = join(packageFolder, 'proxy.mjs');
  const garbage = input.isForMemory ? collectOnSignal : [];
  const options = [...garbage, main, String(port), String(input.upstreamPort)];
  const program = process.execPath;
  const running = await startProxyProgram(input, { name, program, options, port, version });
  return input.isForMemory
    ? { ...running, collectGarbage: () => collectGarbageOf(running.processes) }
    : running;
}

async function install({
  packageFolder,
  installedPackage,
  packageName,
}: Record<'packageFolder' | 'installedPackage' | 'packageName', string>): Promise<void> {
  if (existsSync(installedPackage)) return;
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: packageFolder });
  } catch (error) {
    throw new Error(`${packageName} cannot be installed from the npm registry`, { cause: error });
  }
}
