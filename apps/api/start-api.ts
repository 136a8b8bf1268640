import 'reflect-metadata';
import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ApiParts } from './api.module.js';
import { readAdminToken } from './authentication/admin-token.js';
import { createApi } from './create-api.js';
import { Database } from './database/database.js';

export interface RunningApi {
  /** Where it listens, like `http://127.0.0.1:3000`. */
  url: string;
  /** The file that holds the admin token; null when the token came from a setting. */
  adminTokenFile: string | null;
  /** Stops listening, lets what was begun end, and closes the database. Safe to call twice; the sink stays open. */
  close(): Promise<void>;
}

/** Starts the control plane. Rejects, with nothing left open, when it cannot. */
export async function startApi(parts: Omit<ApiParts, 'adminToken'>): Promise<RunningApi> {
  const adminToken = await readAdminToken(parts.settings);
  const app = await createApi({ ...parts, adminToken });
  const close = closerOf(app);
  try {
    await app.listen(parts.settings.listen.port, parts.settings.listen.host);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urlOf(app.getHttpServer()), adminTokenFile: adminToken.file, close };
}

function closerOf(app: NestExpressApplication): () => Promise<void> {
  const database = app.get(Database);
  let closed: Promise<void> | null = null;
  return () => (closed ??= app.close().then(() => database.close()));
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
