import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '#libs/async';
import { SettingsError } from '#libs/settings';

export interface SeedDemoOptions {
  apiUrl: string;
  adminToken: string;
  echoUrl: string;
  /** Where it is noted that the demo was made, so that it is not made again after somebody deleted it. */
  dataDir: string;
}

/** What the first start makes, for a newcomer to try: a tenant, and a route to the echo upstream without a key. */
export const demo = { slug: 'demo', path: '/echo' } as const;

/**
 * Makes the demo through the REST API, like anybody would; once for each data folder, which nothing else may have made so
 * far. Throws a `SettingsError` where the folder takes no file.
 */
export async function seedDemo({ apiUrl, adminToken, echoUrl, dataDir }: SeedDemoOptions): Promise<void> {
  const marker = join(dataDir, 'demo-seeded');
  if (await exists(marker)) return;
  await inDataFolder(mkdir(dataDir, { recursive: true, mode: 0o700 }));
  const post = (path: string, body: unknown): Promise<void> => postJson(`${apiUrl}${path}`, adminToken, body);
  await post('/v1/tenants', { slug: demo.slug, name: 'Demo' });
  await post(`/v1/tenants/${demo.slug}/routes`, {
    name: 'echo',
    match: { path: demo.path },
    upstreams: [{ url: echoUrl }],
    auth: { mode: 'none' },
  });
  await inDataFolder(
    writeFile(marker, 'The demo tenant was made. Delete this file to have it made again.\n'),
  );
}

async function inDataFolder(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    const reason = errorMessage(error);
    throw new SettingsError('SLUICE_DATA_DIR', `nothing can be kept there: ${reason}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

// 409: it is there already, from a start that was cut off before it left its marker.
async function postJson(url: string, adminToken: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    // So that the demo works as soon as the start says so.
    headers: {
      Authorization: `Bearer ${adminToken}`,
      'Content-Type': 'application/json',
      Prefer: 'wait=5',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.ok || response.status === 409) return;
  throw new Error(`the demo was not made: ${response.status} ${await response.text()}`);
}
