import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../support/free-port.js';
import { sourceFolder } from '../folders.js';
import { programPath } from '../program-path.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { startProxyProgram } from './proxy-program.js';

const run = promisify(execFile);

/** A proxy from a Debian package, with one configuration file. */
export interface ConfiguredProxy {
  name: string;
  setup: string;
  program: string;
  debianPackage: string;
  /** The template of the configuration file in this folder; placeholders like `@port@` are replaced. */
  configFile: string;
  /** Additional placeholders and their values. */
  values?: Record<string, string>;
  options(configPath: string, folder: string): string[];
  environment?: Record<string, string>;
  versionOptions: string[];
  collectGarbage?: (adminPort: number) => Promise<void>;
}

export function configuredProxy(proxy: ConfiguredProxy): ProxyKind {
  const { name, setup } = proxy;
  return { name, role: 'peer', setup, start: (input) => start(proxy, input) };
}

async function start(proxy: ConfiguredProxy, input: ProxyInput): Promise<RunningProxy> {
  const { name, environment = {}, collectGarbage } = proxy;
  const program = await programPath(proxy.program, proxy.debianPackage);
  const version = await versionOf(program, proxy.versionOptions);
  const [port, adminPort] = [await freePort(), await freePort()];
  const options = proxy.options(await writeConfiguration(proxy, input, { port, adminPort }), input.folder);
  const running = await startProxyProgram(input, { name, program, options, environment, port, version });
  return collectGarbage ? { ...running, collectGarbage: () => collectGarbage(adminPort) } : running;
}

async function writeConfiguration(
  proxy: ConfiguredProxy,
  input: ProxyInput,
  ports: { port: number; adminPort: number },
): Promise<string> {
  const { folder, upstreamPort, openFiles } = input;
  // A proxied connection has two sockets; the rest is for other files.
  const maxConnections = Math.floor(openFiles / 2) - 200;
  const values = { folder, ...ports, upstreamPort, openFiles, maxConnections, ...proxy.values };
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
