import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rootFolder } from './folders.js';

const run = promisify(execFile);

/** The path of a program, which is installed first if possible; rejects if it is not available. */
export async function programPath(program: string, debianPackage: string): Promise<string> {
  const script = join(rootFolder, 'test', 'bench', 'comparison', 'print-program-path.mjs');
  try {
    const { stdout } = await run(process.execPath, [script, program, debianPackage]);
    return stdout.trim();
  } catch (error) {
    throw new Error(`${program} is not available`, { cause: error });
  }
}
