import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { expect, vi } from 'vitest';
import { createInProcessConfigBus, type ConfigSink } from '#libs/config-bus';
import {
  newId,
  publishedApiKeySchema,
  publishedRouteSchema,
  publishedTenantSchema,
  type ConfigEntry,
  type PublishedApiKey,
  type PublishedRoute,
  type PublishedStickyKey,
  type PublishedTenant,
} from '#libs/contract';
import { generateApiKey, createInProcessTickets, type Tickets } from '#libs/credentials';
import { createInProcessFleet, type Fleet } from '#libs/fleet';
import { LocalConnectionLimiter, type ConnectionLimiter } from '#libs/limits';
import type { ConnectionRecord, HttpRecord } from '#libs/pipeline';
import { readGatewaySettings } from '#libs/settings';
import type { HeldResources } from '../../apps/gateway/gateway.js';
import { startGateway, type RunningGateway } from '../../apps/gateway/start-gateway.js';
import { longWait } from './long-wait.js';
import { testSettings } from './sluice-settings.js';
import { until } from '../attack/until.js';

type Overrides = Record<string, unknown>;

const nothingHeld: Omit<HeldResources, 'tenants'> = {
  sockets: 0,
  handshakes: 0,
  waitingDials: 0,
  upstreams: { live: 0, pending: 0, queued: 0 },
  connections: 0,
  slots: 0,
};

/** A key: the secret that a client holds, and the published entry. */
export interface TestKey {
  key: string;
  published: PublishedApiKey;
}

/** A real gateway on free ports, with a configuration that the test publishes over an in-process bus. */
export class GatewayWorld {
  #revision = 0;

  private constructor(
    readonly gateway: RunningGateway,
    /** The name of the fleet in `Via`. */
    readonly fleetId: string,
    /** The fleet, whose only gateway this is. */
    readonly fleet: Fleet,
    /** The store in which the gateway redeems tickets. */
    readonly tickets: Tickets,
    /** The log records of ended requests and connections. */
    readonly records: ConnectionRecord[],
    /** The log records of ended ordinary requests. */
    readonly httpRecords: HttpRecord[],
    private readonly sink: ConfigSink,
    private readonly dataDir: string,
  ) {}

  /**
   * `environment` overrides settings that suit tests. The initial configuration is empty, and applied. A log
   * line at `warn` or above fails the test, unless `onWarning` handles it.
   */
  static async start(
    environment: Record<string, string> = {},
    onWarning: (fields: Record<string, unknown>) => void = failOnWarning,
    limiter: ConnectionLimiter = new LocalConnectionLimiter({ now: () => performance.now() }),
  ): Promise<GatewayWorld> {
    const dataDir = await mkdtemp(join(tmpdir(), 'sluice-gateway-'));
    const settings = readGatewaySettings({
      ...testSettings,
      SLUICE_DATA_DIR: dataDir,
      ...environment,
    });
    const { sink, source } = createInProcessConfigBus();
    const fleetId = newId('fleet');
    await sink.storeSnapshot({ epoch: 'test', revision: 0, fleetId, entries: [] });
    const records: ConnectionRecord[] = [];
    const httpRecords: HttpRecord[] = [];
    const inProcess = createInProcessFleet();
    const membership = inProcess.createMembership();
    const logger = recordingLogger(records, httpRecords, onWarning);
    const tickets = createInProcessTickets();
    const gateway = await startGateway({ settings, source, membership, tickets, limiter, logger });
    const { fleet } = inProcess;
    const world = new GatewayWorld(gateway, fleetId, fleet, tickets, records, httpRecords, sink, dataDir);
    await world.#applied();
    return world;
  }

  get url(): string {
    return this.gateway.urls[0] ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async tenant(overrides: Overrides = {}): Promise<PublishedTenant> {
    const base = { id: newId('tenant'), slug: 'acme', status: 'active', limits: {} };
    const value = publishedTenantSchema.parse({ ...base, ...overrides });
    await this.publish({ kind: 'tenant', id: value.id, value });
    return value;
  }

  /** Publishes a route of a tenant; by default without a key, and with short time limits. */
  async route(tenant: PublishedTenant, overrides: Overrides = {}): Promise<PublishedRoute> {
    const value = publishedRouteSchema.parse({
      id: newId('route'),
      tenantId: tenant.id,
      match: { path: '/' },
      upstreams: [{ url: 'ws://127.0.0.1:9' }],
      auth: { mode: 'none' },
      // Without it the route counts as one of a version without variables in header fields.
      responseHeaders: {},
      ...overrides,
    });
    await this.publish({ kind: 'route', id: value.id, value });
    return value;
  }

  async apiKey(tenant: PublishedTenant, overrides: Overrides = {}): Promise<TestKey> {
    const { key, prefix, secretHash } = generateApiKey();
    const base = { id: newId('apiKey'), tenantId: tenant.id, prefix, secretHash };
    const published = publishedApiKeySchema.parse({ ...base, ...overrides });
    await this.publish({ kind: 'apiKey', id: published.id, value: published });
    return { key, published };
  }

  /** Publishes the first sticky key of a tenant, or the one after a rotation. */
  async stickyKey({ id: tenantId }: PublishedTenant): Promise<PublishedStickyKey> {
    const before = this.gateway.configuration.stickyKey(tenantId);
    const value = {
      id: before?.id ?? newId('stickyKey'),
      tenantId,
      secret: randomBytes(32).toString('hex'),
      previousSecret: before?.secret ?? null,
    };
    await this.publish({ kind: 'stickyKey', id: value.id, value });
    return value;
  }

  /** Publishes a change and waits until the gateway has applied it. */
  async publish(...entries: ConfigEntry[]): Promise<void> {
    this.#revision += 1;
    const committedAt = new Date().toISOString();
    const change = { epoch: 'test', revision: this.#revision, committedAt, entries };
    expect(await this.sink.publish(change)).toBe('published');
    await this.#applied();
  }

  /** Waits until connections have released everything: slots, sockets, registry entries. */
  async expectNothingHeld(): Promise<void> {
    await vi.waitFor(() => expect(this.gateway.held()).toMatchObject(nothingHeld), longWait);
  }

  /** Waits for the record of an ended connection or a refusal, and removes it. */
  async nextRecord(): Promise<ConnectionRecord> {
    await vi.waitFor(() => expect(this.records.length).toBeGreaterThan(0), longWait);
    const record = this.records.shift();
    if (!record) throw new Error('the record was already removed');
    return record;
  }

  /** Waits for the record of an ordinary request, and removes it. */
  async nextHttpRecord(): Promise<HttpRecord> {
    await vi.waitFor(() => expect(this.httpRecords.length).toBeGreaterThan(0), longWait);
    const record = this.httpRecords.shift();
    if (!record) throw new Error('the record was already removed');
    return record;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.fleet.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #applied(): Promise<void> {
    const { configuration } = this.gateway;
    // Not `vi.waitFor`: fuzzing starts a world outside of Vitest.
    await until(() => configuration.position?.revision === this.#revision);
  }
}

function failOnWarning(fields: Record<string, unknown>): never {
  throw new Error(`the gateway logged: ${JSON.stringify(fields)}`);
}

function recordingLogger(
  records: ConnectionRecord[],
  httpRecords: HttpRecord[],
  onWarning: (fields: Record<string, unknown>) => void,
): Logger {
  return pino(
    { level: 'info', base: null, timestamp: false },
    {
      write: (line: string) => {
        const { level, msg, ...fields } = JSON.parse(line) as { level: number; msg: string };
        if ('kind' in fields) httpRecords.push(fields as HttpRecord);
        else if ('outcome' in fields) records.push(fields as ConnectionRecord);
        else if (level >= 40) onWarning({ msg, ...fields });
      },
    },
  );
}
