import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { rootFolder } from '../folders.js';

/**
 * The settings of every form of Sluice. The bounds on pending sockets are set, and not reached from one
 * address.
 */
export const benchGatewaySettings: Record<string, string> = {
  SLUICE_LOG_LEVEL: 'warn',
  SLUICE_DRAIN_SECONDS: '0',
  SLUICE_MAX_PENDING_PER_ADDRESS: '100000',
  SLUICE_MAX_PENDING: '100000',
};

/** Adds the engine from `/readyz` to the version, if there is one. */
export async function sluiceVersion(adminUrl: string): Promise<string> {
  const readiness = await (await fetch(`${adminUrl}/readyz`)).text();
  const text = await readFile(join(rootFolder, 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
  const [, engine] = /"engine":\s*\{\s*"name":\s*"(\w+)"/.exec(readiness) ?? [];
  return engine === undefined ? version : `${version} (${engine})`;
}
