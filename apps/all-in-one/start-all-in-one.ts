import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { createInProcessConfigBus } from '#libs/config-bus';
import { createInProcessFleet } from '#libs/fleet';
import type { ApiSettings, EchoSettings, GatewaySettings } from '#libs/settings';
import { LocalConnectionLimiter } from '#libs/admission';
import { createInProcessTickets } from '#libs/tickets';
import { startApi, type RunningApi } from '../api/start-api.js';
import { startEcho, type RunningEcho } from '../echo/start-echo.js';
import { startGateway, type RunningGateway } from '../gateway/start-gateway.js';
import { seedDemo } from './seed-demo.js';

export interface AllInOneOptions {
  api: ApiSettings;
  gateway: GatewaySettings;
  echo: EchoSettings;
  logger: Logger;
}

/** An API, a gateway and an echo upstream that run in this process. */
export interface RunningAllInOne {
  api: RunningApi;
  gateway: RunningGateway;
  echo: RunningEcho;
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Starts all of Sluice in one process: the same parts as apart, with an in-process bus in place of Redis. */
export async function startAllInOne(options: AllInOneOptions): Promise<RunningAllInOne> {
  const { logger } = options;
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await part.close();
  };
  try {
    const { sink, source } = createInProcessConfigBus();
    const echo = await startEcho({ listen: options.echo.listen });
    started.push(echo);
    const inProcess = createInProcessFleet({ logger });
    const { fleet } = inProcess;
    started.push(fleet);
    const tickets = createInProcessTickets();
    const api = await startApi({
      settings: options.api,
      sink,
      fleet,
      tickets,
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
    });
    started.push(gateway);
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

async function adminTokenOf(settings: ApiSettings, { adminTokenFile }: RunningApi): Promise<string> {
  if (settings.adminToken !== null) return settings.adminToken;
  if (adminTokenFile === null) throw new Error('the API has no admin token');
  return (await readFile(adminTokenFile, 'utf8')).trim();
}
