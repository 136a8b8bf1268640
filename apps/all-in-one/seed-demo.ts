import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '#libs/async';
import { SettingsError } from '#libs/settings';

export interface SeedDemoOptions {
  apiUrl: string;
  adminToken: string;
  echoUrl: string;
  /** Holds the marker that the demo was created, so that it is not created again after its deletion. */
  dataDir: string;
}

/** The demo that the first start creates: a tenant, and a route to the echo upstream without a key. */
export const demo = { slug: 'demo', path: '/echo' } as const;

/**
 * Creates the demo through the REST API, once for each data folder, which it creates if missing. Throws a
 * `SettingsError` when the folder is not writable.
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
    writeFile(marker, 'The demo tenant was created. Delete this file to create it again.\n'),
  );
}

async function inDataFolder(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    const reason = errorMessage(error);
    throw new SettingsError('SLUICE_DATA_DIR', `nothing can be stored there: ${reason}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

// 409: it exists already, from a start that was interrupted before it wrote the marker.
async function postJson(url: string, adminToken: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    // The demo must work by the time the welcome text is printed.
    headers: {
      Authorization: `Bearer ${adminToken}`,
      'Content-Type': 'application/json',
      Prefer: 'wait=5',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.ok || response.status === 409) return;
  throw new Error(`the demo could not be created: ${response.status} ${await response.text()}`);
}
