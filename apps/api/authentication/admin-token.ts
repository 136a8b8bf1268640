import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '#libs/async';
import { SettingsError } from '#libs/settings';

/** The admin token; `file` is null when it came from a setting. */
export interface AdminToken {
  token: string;
  file: string | null;
}

const tokenPattern = /^[\x21-\x7e]{16,512}$/;

/**
 * Reads the admin token from the setting, or else from `<dataDir>/admin-token`. The first start creates that
 * file with 256 random bits, readable by its owner only. Throws a `SettingsError` when the file cannot be
 * read or has no token.
 */
export async function readAdminToken(settings: {
  adminToken: string | null;
  dataDir: string;
}): Promise<AdminToken> {
  if (settings.adminToken !== null) return { token: settings.adminToken, file: null };
  const file = join(settings.dataDir, 'admin-token');
  try {
    await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
    return { token: (await createTokenFile(file)) ?? (await readTokenFile(file)), file };
  } catch (error) {
    const reason = errorMessage(error);
    throw new SettingsError('SLUICE_DATA_DIR', `the admin token cannot be stored there: ${reason}`);
  }
}

async function createTokenFile(file: string): Promise<string | null> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null;
    throw error;
  });
  if (handle === null) return null;
  const token = randomBytes(32).toString('hex');
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return token;
}

async function readTokenFile(file: string): Promise<string> {
  await chmod(file, 0o600);
  const token = (await readFile(file, 'utf8')).trim();
  if (tokenPattern.test(token)) return token;
  throw new Error(`${file} holds no admin token; delete the file to create a new one`);
}
