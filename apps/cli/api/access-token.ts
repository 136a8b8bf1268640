import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '#libs/settings';
import { CommandError } from '../command-error.js';

/** The token for calls of the API: from the environment, or else from the file that the API created. */
export async function readAccessToken(environment: Environment): Promise<string> {
  const token = environment['SLUICE_ADMIN_TOKEN']?.trim();
  if (token) return token;
  const file = join(environment['SLUICE_DATA_DIR']?.trim() || './data', 'admin-token');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CommandError(missingToken(file, error), { cause: error });
  }
}

function missingToken(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return [
    `There is no token: SLUICE_ADMIN_TOKEN is not set, and ${file} cannot be read (${code}).`,
    'The first start of the API creates that file. Run this command in the folder in which the API was started,',
    'set SLUICE_DATA_DIR to its data folder, or set SLUICE_ADMIN_TOKEN to the token.',
  ].join('\n');
}
