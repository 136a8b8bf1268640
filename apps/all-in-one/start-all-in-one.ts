import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { createInProcessConfigBus } from '#libs/config-bus';
import { createInProcessTickets } from '#libs/credentials';
import { createInProcessFleet } from '#libs/fleet';
import { LocalConnectionLimiter } from '#libs/limits';
import type { ApiSettings, EchoSettings, GatewaySettings } from '#libs/settings';
import { startApi, type RunningApi } from '../api/start-api.js';
import { listenOnSetting } from '../bootstrap/listen-on-setting.js';
import { startEcho, type RunningEcho } from '../echo/start-echo.js';
import { untilServing } from '../gateway/data-plane/until-serving.js';
import type { RefusalNotices } from '../gateway/data-plane/refusal-notices.js';
import { startGateway, type RunningGateway } from '../gateway/start-gateway.js';
import { seedDemo } from './seed-demo.js';

export interface AllInOneOptions {
  api: ApiSettings;
  gateway: GatewaySettings;
  echo: EchoSettings;
  logger: Logger;
  /** Prints refusals at a terminal, in addition to the log. */
  refusalNotices?: RefusalNotices;
}

/** A running API, gateway and echo upstream in this process. */
export interface RunningAllInOne {
  api: RunningApi;
  gateway: RunningGateway;
  echo: RunningEcho;
  drain(): Promise<void>;
  close(): Promise<void>;
}

// The configuration comes from the database of this process: it arrives within milliseconds, or never.
const maxConfigurationWaitMs = 5000;

/** Starts all parts of Sluice in one process, with an in-process bus instead of Redis. */
export async function startAllInOne(options: AllInOneOptions): Promise<RunningAllInOne> {
  const { logger } = options;
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const { sink, source } = createInProcessConfigBus();
    const echo = await startEchoOn(options.echo);
    started.push(echo);
    const inProcess = createInProcessFleet({ logger });
    const { fleet } = inProcess;
    started.push(fleet);
    const tickets = createInProcessTickets();
    let gatewayUrl: string | null = null;
    const api = await startApi({
      settings: options.api,
      sink,
      fleet,
      tickets,
      gatewayInProcess: () => gatewayUrl,
      logger: logger.child({ app: 'api' }),
    });
    started.push(api);
    const gateway = await startGateway({
      settings: options.gateway,
      source,
      membership: inProcess.createMembership(),
      tickets,
      limiter: new LocalConnectionLimiter({ now: () => performance.now() }),
      logger: logger.child({ app: 'gateway' }),
      reservedUrls: [api.url],
      hasUpstreamInProcess: true,
      ...(options.refusalNotices && { refusalNotices: options.refusalNotices }),
    });
    started.push(gateway);
    gatewayUrl = gateway.urls[0] ?? null;
    await untilServing(gateway.configuration, maxConfigurationWaitMs);
    await seedDemo({
      apiUrl: api.url,
      adminToken: await adminTokenOf(options.api, api),
      echoUrl: echo.url,
      dataDir: options.api.dataDir,
    });
    return { api, gateway, echo, drain: () => gateway.drain(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startEchoOn({ listen }: EchoSettings): Promise<RunningEcho> {
  return listenOnSetting('SLUICE_ECHO_LISTEN', listen, () => startEcho({ listen }));
}

async function adminTokenOf(settings: ApiSettings, { adminTokenFile }: RunningApi): Promise<string> {
  if (settings.adminToken !== null) return settings.adminToken;
  if (adminTokenFile === null) throw new Error('the API has no admin token');
  return (await readFile(adminTokenFile, 'utf8')).trim();
}
