import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { rootFolder } from '../folders.js';

/** What every form of Sluice is started with. The bounds on pending sockets are on, and not reached from one address. */
export const benchGatewaySettings: Record<string, string> = {
  SLUICE_LOG_LEVEL: 'warn',
  SLUICE_DRAIN_SECONDS: '0',
  SLUICE_MAX_PENDING_PER_ADDRESS: '100000',
  SLUICE_MAX_PENDING: '100000',
};

export async function sluiceVersion(): Promise<string> {
  const text = await readFile(join(rootFolder, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
