import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readApiSettings, readEchoSettings, readGatewaySettings } from '#libs/settings';
import { startAllInOne } from '../../apps/all-in-one/start-all-in-one.js';
import { RestClient } from './rest-client.js';
import { adminToken, testSettings } from './sluice-settings.js';
import { copyMigratedSqlite } from './test-database.js';

/** All of Sluice in this process. */
export interface SluiceInProcess {
  /** The folder with the database and the snapshot file of the gateway. */
  dataDir: string;
  rest: RestClient;
  apiUrl: string;
  adminToken: string;
  gatewayUrl: string;
  gatewayAdminUrl: string;
  echoUrl: string;
  /** Stops it and keeps its folder. */
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Starts Sluice in a new folder, or in one that `stop` has kept; `settings` override `testSettings`. */
export async function startSluice(
  folder?: string,
  settings: Record<string, string> = {},
): Promise<SluiceInProcess> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'sluice-all-in-one-')));
  if (folder === undefined) await copyMigratedSqlite(dataDir);
  const environment = {
    ...testSettings,
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_TOKEN: adminToken,
    ...settings,
  };
  const sluice = await startAllInOne({
    api: readApiSettings(environment),
    gateway: readGatewaySettings(environment),
    echo: readEchoSettings(environment),
    logger: pino({ level: 'silent' }),
  });
  const { api, gateway, echo } = sluice;
  return {
    dataDir,
    rest: new RestClient(api.url, adminToken),
    apiUrl: api.url,
    adminToken,
    gatewayUrl: gateway.urls[0] ?? '',
    gatewayAdminUrl: gateway.adminUrl,
    echoUrl: echo.url,
    stop: () => sluice.close(),
    close: async () => {
      await sluice.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
