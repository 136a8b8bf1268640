import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { runToEnd } from '../support/child-program.js';

/** The folder with the packages of the programs, which Sluice itself does not install. */
export const packagesFolder = resolve('test/compatibility/packages');

const options = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', packagesFolder];

/** Installs the pinned versions, unless they are installed. Rejects with the output of npm. */
export async function installPackages(): Promise<void> {
  // npm writes it at the end of an installation.
  if (existsSync(join(packagesFolder, 'node_modules/.package-lock.json'))) return;
  const { exitCode, output } = await runToEnd('npm', options);
  if (exitCode !== 0) throw new Error(`the packages cannot be installed: ${output}`);
}

/** The version of an installed package; `folder` is the one with its `node_modules`. */
export async function packageVersion(name: string, folder = packagesFolder): Promise<string> {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
