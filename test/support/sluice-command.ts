import { resolve } from 'node:path';
import { ChildProgram, type ProgramExit } from './child-program.js';

/** The command as it was built. */
export const sluiceCommand = resolve('dist', 'apps', 'cli', 'main.js');

/** `sluice <words>` in a process that is started, with nothing in its environment but what is given, and PATH. */
export function startSluiceCommand(environment: Record<string, string>, ...words: string[]): ChildProgram {
  return new ChildProgram({
    name: `sluice ${words.join(' ')}`,
    command: [process.execPath, sluiceCommand, ...words],
    environment: { PATH: process.env['PATH'] ?? '', ...environment },
  }).start();
}

/** Runs `sluice <words>` until it ends. */
export function runSluice(environment: Record<string, string>, ...words: string[]): Promise<ProgramExit> {
  return startSluiceCommand(environment, ...words).exited();
}

/** How the command reaches an API as its operator. */
export function operatorOf({
  apiUrl,
  adminToken,
}: {
  apiUrl: string;
  adminToken: string;
}): Record<string, string> {
  return { SLUICE_API_URL: apiUrl, SLUICE_ADMIN_TOKEN: adminToken };
}
