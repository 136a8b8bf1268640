import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { createRedisConfigSink, createRedisConfigSource } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { createRedisFleet, createRedisFleetMembership } from '#libs/fleet';
import { FleetConnectionLimiter } from '#libs/limits';
import { readApiSettings, readGatewaySettings } from '#libs/settings';
import { startApi } from '../../apps/api/start-api.js';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { startGateway, type RunningGateway } from '../../apps/gateway/start-gateway.js';
import { startRedisServer, type RedisServer } from './redis-server.js';
import { RestClient, type RestBody } from './rest-client.js';
import { adminToken, testSettings } from './sluice-settings.js';
import { copyMigratedSqlite } from './test-database.js';

/** The fields of a gateway's `/readyz` that tests read. */
export interface GatewayReadiness {
  status: string;
  configuration: { state: string; refusal: string | null; source: string | null };
  limits: { scope: string; gateways: number };
}

const redisPrefix = 'fleet-under-test';
const logger = pino({ level: 'silent' });

/** The Redis between API and gateways; it is stopped with the rest. */
type FleetBus = RedisServer | { url: string; stop(): Promise<void> };

/** One API, gateways with a folder each, an echo upstream, and a separate Redis between them. */
export class FleetWorld {
  readonly gateways: RunningGateway[] = [];
  /** The interval of the heartbeats of gateways that are started. */
  heartbeatMs = 5000;
  #api: { url: string; close(): Promise<void> } | null = null;

  private constructor(
    private readonly bus: FleetBus,
    readonly echo: RunningEcho,
    /** Contains a folder for each part, and is removed at the end. */
    readonly folder: string,
  ) {}

  /** Starts a fleet, by default two gateways in this process and one Redis server. */
  static async start(
    gateways = 2,
    bus?: FleetBus,
    apiEnvironment: Record<string, string> = {},
  ): Promise<FleetWorld> {
    const echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    const folder = await mkdtemp(join(tmpdir(), 'sluice-fleet-'));
    const fleet = new FleetWorld(bus ?? (await startRedisServer()), echo, folder);
    await fleet.startApi(apiEnvironment);
    for (let index = 0; index < gateways; index += 1) await fleet.startGateway(index);
    return fleet;
  }

  /** The Redis server; throws if there are several. */
  get redis(): RedisServer {
    if ('restartEmpty' in this.bus) return this.bus;
    throw new Error('the fleet has more than one Redis server');
  }

  get redisUrl(): string {
    return this.bus.url;
  }

  /** The prefix of the keys and channels of this fleet in Redis. */
  get redisPrefix(): string {
    return redisPrefix;
  }

  get apiUrl(): string {
    return this.#api?.url ?? '';
  }

  /** `environment` overrides settings that suit tests. */
  async startApi(environment: Record<string, string> = {}): Promise<void> {
    const dataDir = join(this.folder, 'api');
    await mkdir(dataDir, { recursive: true });
    await copyMigratedSqlite(dataDir);
    const settings = readApiSettings({
      ...testSettings,
      SLUICE_DATA_DIR: dataDir,
      SLUICE_ADMIN_TOKEN: adminToken,
      ...environment,
    });
    const bus = { url: this.bus.url, prefix: redisPrefix, logger };
    const sink = createRedisConfigSink(bus);
    const fleet = createRedisFleet(bus);
    const tickets = createRedisTickets(bus);
    const api = await startApi({ settings, sink, fleet, tickets, logger });
    const close = async (): Promise<void> => {
      await api.close();
      await Promise.all([sink.close(), fleet.close(), tickets.close()]);
    };
    this.#api = { url: api.url, close };
  }

  async stopApi(): Promise<void> {
    await this.#api?.close();
    this.#api = null;
  }

  /**
   * Starts the first or second gateway, always on the same folder; `environment` overrides settings that suit
   * tests.
   */
  async startGateway(index: number, environment: Record<string, string> = {}): Promise<void> {
    const settings = readGatewaySettings({
      ...testSettings,
      SLUICE_DATA_DIR: join(this.folder, `gateway-${index}`),
      ...environment,
    });
    const bus = { url: this.bus.url, prefix: redisPrefix, logger };
    const source = createRedisConfigSource(bus);
    const membership = createRedisFleetMembership({ ...bus, heartbeatMs: this.heartbeatMs });
    const tickets = createRedisTickets(bus);
    const limiter = new FleetConnectionLimiter({ ...bus, now: () => performance.now() });
    await limiter.start();
    this.gateways[index] = await startGateway({ settings, source, membership, tickets, limiter, logger });
  }

  /** A write that the API must accept, whether or not the gateways apply it. */
  write(
    method: string,
    path: string,
    body?: object,
    moreHeaders: Record<string, string> = {},
  ): Promise<RestBody> {
    return new RestClient(this.apiUrl, adminToken).call(method, path, body, moreHeaders);
  }

  /** A route of tenant `acme` to the echo upstream. */
  async writeRoute(path: string, overrides: object = { auth: { mode: 'none' } }): Promise<RestBody> {
    const upstreams = [{ url: this.echo.url }];
    return this.write('POST', '/tenants/acme/routes', { match: { path }, upstreams, ...overrides });
  }

  /** Opens a connection on each gateway, in order; if a gateway refuses, closes the others and rejects. */
  async openOnEach(path: string, headers: Record<string, string> = {}): Promise<WebSocket[]> {
    const opening = this.gateways.map((gateway) => openOn(gateway, path, headers));
    const outcomes = await Promise.allSettled(opening);
    const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (opened.length === opening.length) return opened;
    for (const client of opened) client.terminate();
    await Promise.all(opening);
    throw new Error('a gateway did not admit the connection');
  }

  readiness(): Promise<GatewayReadiness[]> {
    return Promise.all(
      this.gateways.map(async ({ adminUrl }) => {
        const response = await fetch(`${adminUrl}/readyz`);
        return (await response.json()) as GatewayReadiness;
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.close()));
    await this.stopApi();
    await this.echo.close();
    await this.bus.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function openOn(
  { urls }: RunningGateway,
  path: string,
  headers: Record<string, string>,
): Promise<WebSocket> {
  const client = new WebSocket(`${urls[0] ?? ''}${path}`, { headers });
  await once(client, 'open');
  return client;
}
