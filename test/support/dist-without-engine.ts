import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The built apps without the native engine, in a temporary folder. */
export interface DistWithoutEngine {
  /** The main file of the gateway. */
  gateway: string;
  remove(): Promise<void>;
}

export async function copyDistWithoutEngine(): Promise<DistWithoutEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-dist-'));
  for (const path of ['package.json', join('dist', 'apps'), join('dist', 'libs')]) {
    await cp(path, join(folder, path), { recursive: true });
  }
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const gateway = join(folder, 'dist', 'apps', 'gateway', 'main.js');
  return { gateway, remove: () => rm(folder, { recursive: true }) };
}
