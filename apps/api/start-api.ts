import 'reflect-metadata';
import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { isPostgresUrl, parsePostgresUrl, type ListenAddress } from '#libs/settings';
import { listenOnSetting } from '../bootstrap/listen-on-setting.js';
import type { ApiParts } from './api.module.js';
import { readAdminToken } from './authentication/admin-token.js';
import { createApi } from './create-api.js';
import { openDatabase } from './database/open-database.js';

const maxCloseMs = 5000;

export interface RunningApi {
  /** The address on which it listens, like `http://127.0.0.1:3000`. */
  url: string;
  /** The file that holds the admin token; null when the token came from a setting. */
  adminTokenFile: string | null;
  /**
   * Stops listening, completes running requests and closes the database. Safe to call twice; does not close
   * sink and fleet.
   */
  close(): Promise<void>;
}

/**
 * Starts the control plane. If that fails, closes everything and rejects; the error names a wrong setting.
 */
export async function startApi(parts: Omit<ApiParts, 'adminToken' | 'database'>): Promise<RunningApi> {
  const { settings } = parts;
  const adminToken = await readAdminToken(settings);
  const database = await openDatabase(settings.databaseUrl);
  try {
    const app = await createApi({ ...parts, adminToken, database });
    await listen(app, settings.listen);
    warnIfOpen(parts, app.getHttpServer());
    warnIfUnverified(parts);
    const close = once(() => closeApp(app).then(() => database.close()));
    return { url: urlOf(app.getHttpServer()), adminTokenFile: adminToken.file, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function warnIfOpen({ logger }: Pick<ApiParts, 'logger'>, server: Server): void {
  const address = server.address();
  if (address === null || typeof address === 'string' || isLoopback(address.address)) return;
  logger.warn(
    { listen: urlOf(server) },
    'the API listens beyond this machine without TLS: tokens can be intercepted unless a proxy with TLS is in front',
  );
}

function warnIfUnverified({ settings, logger }: Pick<ApiParts, 'settings' | 'logger'>): void {
  if (!isPostgresUrl(settings.databaseUrl)) return;
  if (parsePostgresUrl(settings.databaseUrl).tls?.isVerified !== false) return;
  logger.warn('the certificate of the database is not verified: an attacker in between can read everything');
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

async function listen(app: NestExpressApplication, address: ListenAddress): Promise<void> {
  try {
    await listenOnSetting('SLUICE_API_LISTEN', address, () => app.listen(address.port, address.host));
  } catch (error) {
    await app.close();
    throw error;
  }
}

// A client that neither completes its request nor reads the answer must not keep the process from exiting.
async function closeApp(app: NestExpressApplication): Promise<void> {
  const server = app.getHttpServer();
  const timer = setTimeout(() => server.closeAllConnections(), maxCloseMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | null = null;
  return () => (closed ??= close());
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
