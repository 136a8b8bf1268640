import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { SluiceProcess } from '../../support/sluice-process.js';
import { testSettings } from '../../support/sluice-settings.js';
import { startRedisServer, type RedisServer } from '../../support/redis-server.js';
import { watchRedis } from '../../support/watch-redis.js';
import { Evidence } from './evidence.js';
import { startObservedUpstream, type ObservedUpstream } from './observed-upstream.js';

export interface Credentials {
  adminToken: string;
  redisPassword: string;
}

export interface RestAnswer {
  status: number;
  body: Record<string, unknown>;
}

interface RestExtras {
  token?: string;
  headers?: Record<string, string>;
  /** The answer contains a secret intentionally, once. */
  showsSecret?: boolean;
  raw?: string;
}

/** API, gateway and Redis as processes, upstreams, and the evidence from all their output. */
export class SecretWorld {
  readonly evidence = new Evidence();
  readonly #sockets: WebSocket[] = [];
  #endWatch = (): void => undefined;
  apiUrl = '';
  gatewayUrl = '';
  adminUrl = '';

  private constructor(
    private readonly credentials: Credentials,
    readonly redis: RedisServer,
    readonly folder: string,
    readonly programs: Record<'api' | 'gateway', SluiceProcess>,
    readonly upstreams: Record<'plain' | 'tls', ObservedUpstream>,
    evidence: Evidence,
  ) {
    this.evidence = evidence;
  }

  static async start(credentials: Credentials): Promise<SecretWorld> {
    const evidence = new Evidence();
    const note = (head: string): void => evidence.add('upstream', head);
    const redis = await startRedisServer(credentials.redisPassword);
    const folder = await mkdtemp(join(tmpdir(), 'sluice-secrets-'));
    const upstreams = {
      plain: await startObservedUpstream(note, false),
      tls: await startObservedUpstream(note, true),
    };
    const shared = {
      ...testSettings,
      SLUICE_DRAIN_SECONDS: '0',
      SLUICE_REDIS_URL: redis.url,
      SLUICE_LOG_LEVEL: 'trace',
    };
    const api = SluiceProcess.start('api', {
      ...shared,
      SLUICE_DATA_DIR: join(folder, 'api'),
      SLUICE_ADMIN_TOKEN: credentials.adminToken,
    });
    const gateway = SluiceProcess.start('gateway', { ...shared, SLUICE_DATA_DIR: join(folder, 'gateway') });
    const programs = { api, gateway };
    const world = new SecretWorld(credentials, redis, folder, programs, upstreams, evidence);
    world.apiUrl = (await api.urls()).api;
    const { gateways, gatewayAdmin } = await gateway.urls();
    world.gatewayUrl = gateways[0] ?? '';
    world.adminUrl = gatewayAdmin;
    await world.#watchRedis();
    return world;
  }

  /** A call of the REST API as the operator, unless another token is given. */
  async rest(method: string, path: string, body?: unknown, extras: RestExtras = {}): Promise<RestAnswer> {
    const { token = this.credentials.adminToken, raw } = extras;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...extras.headers,
      },
      ...(content !== undefined && { body: content }),
    });
    const text = await response.text();
    const headers = JSON.stringify([...response.headers]);
    this.evidence.add('rest', extras.showsSecret === true ? headers : headers + text);
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /**
   * Connects to a path of the gateway with these options; resolves with `open`, or with the status and code
   * of the refusal.
   */
  async connect(
    path: string,
    { headers = {}, protocols = [] }: { headers?: Record<string, string>; protocols?: string[] } = {},
  ): Promise<{ outcome: string; socket: WebSocket }> {
    const socket = new WebSocket(this.gatewayUrl + path, protocols, { headers, perMessageDeflate: false });
    this.#sockets.push(socket);
    socket.on('error', () => undefined);
    const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
      const { statusCode = 0, rawHeaders } = response as IncomingMessage;
      const text = await textOf(response as IncomingMessage);
      this.evidence.add('refusals', `${rawHeaders.join('\n')}\n${text}`);
      return `${statusCode} ${(JSON.parse(text) as { code: string }).code}`;
    });
    return { outcome: await Promise.race([refused, once(socket, 'open').then(() => 'open')]), socket };
  }

  /** A WebSocket of the API whose messages are evidence. */
  async listen(
    place: string,
    path: string,
    { token, protocols = [] }: { token?: string; protocols?: string[] },
  ): Promise<string[]> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(this.apiUrl.replace('http', 'ws') + path, protocols, { headers });
    this.#sockets.push(socket);
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => {
      messages.push(data.toString());
      this.evidence.add(place, data);
    });
    await once(socket, 'open');
    return messages;
  }

  async collectMetrics(): Promise<void> {
    for (const [place, url] of [
      ['api metrics', this.apiUrl],
      ['gateway metrics', this.adminUrl],
    ] as const) {
      for (const path of ['/metrics', '/readyz', '/healthz']) {
        this.evidence.add(place, await (await fetch(url + path)).text());
      }
    }
  }

  /** Collects all data of Redis. */
  async collectRedis(): Promise<void> {
    const client = new Redis(this.redis.url);
    for (const key of await client.keys('*')) {
      const read = readers[await client.type(key)];
      if (!read) throw new Error(`no reader for ${key}`);
      const value = await read(client, key);
      this.evidence.add('redis', `${key} ${JSON.stringify(value)}`);
    }
    client.disconnect();
  }

  /** Stops both programs, and collects their logs and files. */
  async stopAndCollect(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#endWatch();
    for (const name of ['api', 'gateway'] as const) {
      this.evidence.add(`${name} log`, (await this.programs[name].stop()).output);
      const entries = await readdir(join(this.folder, name), { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        await this.#collectFile(name, relative(join(this.folder, name), join(entry.parentPath, entry.name)));
      }
    }
  }

  /** Collects the database with its write-ahead log; also called while the API runs. */
  async collectDatabase(): Promise<void> {
    for (const file of ['sluice.db', 'sluice.db-wal']) await this.#collectFile('api', file);
  }

  async remove(): Promise<void> {
    this.#endWatch();
    for (const program of Object.values(this.programs)) await program.kill();
    await Promise.all([this.upstreams.plain.close(), this.upstreams.tls.close(), this.redis.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #collectFile(folder: 'api' | 'gateway', file: string): Promise<void> {
    const place = folder === 'api' ? 'database' : 'snapshot';
    this.evidence.add(place, await readFile(join(this.folder, folder, file)));
  }

  // Collects data that is in Redis only for a moment: tickets, changes and events.
  async #watchRedis(): Promise<void> {
    this.#endWatch = await watchRedis(this.redis.url, (line) => this.evidence.add('redis traffic', line));
  }
}

const readers: Record<string, (client: Redis, key: string) => Promise<unknown>> = {
  string: (client, key) => client.get(key),
  hash: (client, key) => client.hgetall(key),
  list: (client, key) => client.lrange(key, 0, -1),
  set: (client, key) => client.smembers(key),
  zset: (client, key) => client.zrange(key, 0, -1),
  // The key has expired since its name was read.
  none: () => Promise.resolve(null),
};
