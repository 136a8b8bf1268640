import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '#libs/async';
import { SettingsError } from '#libs/settings';

/** The token with which the operator is known; `file` is null when it came from a setting. */
export interface AdminToken {
  token: string;
  file: string | null;
}

const tokenPattern = /^[\x21-\x7e]{16,512}$/;

/**
 * The admin token: the one that is set, else the one in `<dataDir>/admin-token`, which is made at the first start
 * with 256 random bits and is readable by its owner alone. Throws a `SettingsError` when the file cannot be
 * read or holds no token.
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
    throw new SettingsError('SLUICE_DATA_DIR', `the admin token cannot be kept there: ${reason}`);
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
  throw new Error(`${file} holds no admin token; delete it to have a new one made`);
}
