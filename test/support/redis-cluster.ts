import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { freePort } from './free-port.js';
import { longWait } from './long-wait.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

/** A private cluster of three primaries. */
export interface RedisCluster {
  /** The `redis+cluster:` URL with all primaries. */
  url: string;
  nodes: readonly RedisServer[];
  /** The node that owns the slot of the key. */
  ownerOf(key: string): Promise<RedisServer>;
  /** Adds a replica of a primary; resolves when it is synchronized and every node knows it. */
  addReplicaOf(primary: RedisServer): Promise<RedisServer>;
  /** Runs FLUSHALL on every primary. */
  flush(): Promise<void>;
  /** Resolves when each of these nodes reports the cluster state `ok`. */
  untilSound(nodes?: readonly RedisServer[]): Promise<void>;
  stop(): Promise<void>;
}

const slots = 16_384;

/** Starts three `redis-server` processes and joins them to a cluster. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all([startNode(), startNode(), startNode()]);
  const cluster = new OwnRedisCluster(nodes);
  await cluster.join();
  return cluster;
}

async function startNode(): Promise<RedisServer> {
  const busPort = String(await freePort());
  const options = {
    '--cluster-enabled': 'yes',
    '--cluster-port': busPort,
    '--cluster-node-timeout': '1000',
    '--cluster-require-full-coverage': 'no',
    '--repl-diskless-sync-delay': '0',
  };
  return startRedisServer(null, Object.entries(options).flat());
}

class OwnRedisCluster implements RedisCluster {
  readonly url: string;
  readonly #all: RedisServer[];

  constructor(readonly nodes: readonly RedisServer[]) {
    this.url = `redis+cluster://${nodes.map(({ url }) => new URL(url).host).join(',')}`;
    this.#all = [...nodes];
  }

  async join(): Promise<void> {
    const share = Math.ceil(slots / this.nodes.length);
    for (const [index, node] of this.nodes.entries()) {
      const own = Array.from(
        { length: Math.min(share, slots - index * share) },
        (_, at) => index * share + at,
      );
      await ask(node, async (redis) => {
        await redis.cluster('SET-CONFIG-EPOCH', index + 1);
        await redis.cluster('ADDSLOTS', ...own);
      });
    }
    for (const node of this.nodes.slice(1)) await this.#meet(node);
    await this.untilSound();
  }

  async ownerOf(key: string): Promise<RedisServer> {
    for (const node of this.#all) {
      const isOwner = await ask(node, (redis) => redis.exists(key)).then(
        () => true,
        () => false,
      );
      if (isOwner) return node;
    }
    throw new Error('no node owns the slot');
  }

  async addReplicaOf(primary: RedisServer): Promise<RedisServer> {
    const replica = await startNode();
    this.#all.push(replica);
    await this.#meet(replica);
    const id = await ask(primary, (redis) => redis.call('CLUSTER', 'MYID'));
    await vi.waitFor(() => ask(replica, (redis) => redis.cluster('REPLICATE', String(id))), longWait);
    await vi.waitFor(async () => {
      expect(await ask(replica, (redis) => redis.info('replication'))).toMatch(/master_link_status:up/);
      for (const node of this.#all) {
        const known = await ask(node, (redis) => redis.call('CLUSTER', 'REPLICAS', String(id)));
        expect(known).toHaveLength(1);
      }
    }, longWait);
    return replica;
  }

  async flush(): Promise<void> {
    await Promise.all(this.nodes.map((node) => ask(node, (redis) => redis.flushall())));
  }

  async untilSound(nodes: readonly RedisServer[] = this.#all): Promise<void> {
    await vi.waitFor(async () => {
      for (const node of nodes) {
        const state = await ask(node, (redis) => redis.cluster('INFO'));
        expect(state).toMatch(/cluster_state:ok[^]*cluster_slots_ok:16384/);
      }
    }, longWait);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((node) => node.stop()));
  }

  async #meet(node: RedisServer): Promise<void> {
    const [first] = this.nodes;
    const { port } = new URL(first?.url ?? '');
    const busPort = await ask(first, (redis) => redis.config('GET', 'cluster-port'));
    await ask(node, (redis) =>
      redis.call('CLUSTER', 'MEET', '127.0.0.1', port, String((busPort as string[])[1])),
    );
  }
}

/** Sends a command to one node, on a new connection. */
export async function ask<Answer>(
  node: RedisServer | undefined,
  question: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis(node?.url ?? '', { maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
