import { resolve } from 'node:path';
import { ChildProgram, type ProgramExit } from './child-program.js';

/** The path of the built command. */
export const sluiceCommand = resolve('dist', 'apps', 'cli', 'main.js');

/** Starts `sluice <words>` in a process whose environment has only the given variables and PATH. */
export function startSluiceCommand(environment: Record<string, string>, ...words: string[]): ChildProgram {
  return new ChildProgram({
    name: `sluice ${words.join(' ')}`,
    command: [process.execPath, sluiceCommand, ...words],
    environment: { PATH: process.env['PATH'] ?? '', ...environment },
  }).start();
}

/** Runs `sluice <words>` until it exits. */
export function runSluice(environment: Record<string, string>, ...words: string[]): Promise<ProgramExit> {
  return startSluiceCommand(environment, ...words).exited();
}

/** The environment in which the command calls an API as its operator. */
export function operatorOf({
  apiUrl,
  adminToken,
}: {
  apiUrl: string;
  adminToken: string;
}): Record<string, string> {
  return { SLUICE_API_URL: apiUrl, SLUICE_ADMIN_TOKEN: adminToken };
}
