import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../support/free-port.js';
import { ChildProgram } from '../child-program.js';
import { sourceFolder } from '../folders.js';
import { programPath } from '../program-path.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';

const run = promisify(execFile);

/** A proxy that comes as a Debian package and is set up by one file. */
export interface ConfiguredProxy {
  name: string;
  setup: string;
  program: string;
  debianPackage: string;
  /** Beside this file; `@port@` and the like are filled in. */
  configFile: string;
  /** Filled in too. */
  values?: Record<string, string>;
  options(configPath: string, folder: string): string[];
  environment?: Record<string, string>;
  versionOptions: string[];
}

export function configuredProxy(proxy: ConfiguredProxy): ProxyKind {
  const { name, setup } = proxy;
  return { name, role: 'peer', setup, start: (input) => start(proxy, input) };
}

async function start(proxy: ConfiguredProxy, input: ProxyInput): Promise<RunningProxy> {
  const path = await programPath(proxy.program, proxy.debianPackage);
  const version = await versionOf(path, proxy.versionOptions);
  const port = await freePort();
  const { program, options } = input.pinning.command(
    'proxy',
    path,
    proxy.options(await writeConfiguration(proxy, input, port), input.folder),
  );
  const { folder } = input;
  const environment = { ...proxy.environment };
  const child = await ChildProgram.start({ name: proxy.name, folder, program, options, environment });
  try {
    const target = { port, path: '/echo', header: '' };
    await untilOpen(child, target);
    const processes = await child.processes();
    return { ...target, version, processes, log: () => child.log(), stop: () => child.stop() };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

async function writeConfiguration(proxy: ConfiguredProxy, input: ProxyInput, port: number): Promise<string> {
  const { folder, upstreamPort, openFiles } = input;
  // A proxied connection has two sockets; a few files are for other things.
  const maxConnections = Math.floor(openFiles / 2) - 200;
  const values = { folder, port, upstreamPort, openFiles, maxConnections, ...proxy.values };
  let text = await readFile(join(sourceFolder, 'proxies', proxy.configFile), 'utf8');
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`@${name}@`, String(value));
  const path = join(folder, proxy.configFile);
  await writeFile(path, text);
  return path;
}

async function versionOf(path: string, options: string[]): Promise<string> {
  const { stdout, stderr } = await run(path, options);
  const [version] = /\d+\.\d+\.\d+/.exec(stdout + stderr) ?? ['unknown'];
  return version;
}
