import { resolve } from 'node:path';
import { runToEnd, type ProgramExit } from './child-program.js';

/** Runs `npm run sluice -- <words>` with nothing in its environment but what is given, and PATH. */
export function runSluice(environment: Record<string, string>, ...words: string[]): Promise<ProgramExit> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return runToEnd(process.execPath, [resolve('scripts/sluice.mjs'), ...words], env);
}

/** Runs `npm run sluice <words>`, without a `--`. */
export function runSluiceThroughNpm(
  environment: Record<string, string>,
  ...words: string[]
): Promise<ProgramExit> {
  const { PATH = '', HOME = '' } = process.env;
  return runToEnd('npm', ['run', 'sluice', ...words], { PATH, HOME, ...environment });
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
