import { Redis, type RedisOptions } from 'ioredis';
import { errorMessage } from '#libs/async';
import type { RedisEndpoint } from '#libs/settings';

/** The nodes of a cluster, as reported by one of them. */
export interface SlotMap {
  /** The primary that has the slot. */
  owner: RedisEndpoint;
  /** Every primary and replica. */
  nodes: RedisEndpoint[];
}

/** Finds the node of a cluster that has the slot of a key, with a connection to each node for that query. */
export class SlotOwner {
  readonly #asked = new Set<Redis>();

  constructor(
    private readonly key: string,
    private readonly probe: RedisOptions,
  ) {}

  /** Uses the first answer; if it is out of date, the first command fails. Rejects if no node answers. */
  async find(endpoints: readonly RedisEndpoint[]): Promise<SlotMap> {
    const reasons: string[] = [];
    const asking = endpoints.map((endpoint) =>
      this.#ask(endpoint).catch((error: unknown) => {
        reasons.push(errorMessage(error));
        throw error;
      }),
    );
    return Promise.any(asking).catch((cause: unknown) => {
      throw new Error(`no node of the cluster answers: ${reasons[0] ?? 'no node is known'}`, { cause });
    });
  }

  /** Rejects all running queries. */
  abort(): void {
    for (const redis of this.#asked) redis.disconnect();
  }

  async #ask(endpoint: RedisEndpoint): Promise<SlotMap> {
    const redis = new Redis({ ...this.probe, ...endpoint });
    this.#asked.add(redis);
    const errors: Error[] = [];
    redis.on('error', (error: Error) => errors.push(error));
    try {
      await redis.connect();
      const asking = [redis.cluster('KEYSLOT', this.key), redis.cluster('SLOTS')] as const;
      const [slot, ranges] = await Promise.all<unknown>(asking);
      return readRanges(Number(slot), ranges, endpoint.host);
    } catch (error) {
      // For a failed connection ioredis rejects with less detail than it emits.
      throw errors[0] ?? error;
    } finally {
      this.#asked.delete(redis);
      redis.disconnect();
    }
  }
}

/** CLUSTER SLOTS: ranges, each with its first and last slot, its primary and its replicas. */
function readRanges(slot: number, answer: unknown, askedHost: string): SlotMap {
  const ranges = listOf(answer).map((range) => {
    const [first, last, ...nodes] = listOf(range);
    const isHere = Number(first) <= slot && slot <= Number(last);
    return { isHere, nodes: nodes.map((node) => endpointOf(node, askedHost)) };
  });
  const owner = ranges.find(({ isHere }) => isHere)?.nodes[0];
  if (owner === undefined) throw new Error('no node has the slot');
  const nodes = new Map(
    ranges.flatMap((range) => range.nodes.map((node) => [`${node.host} ${node.port}`, node])),
  );
  return { owner, nodes: [...nodes.values()] };
}

// An entry without a host means the queried node.
function endpointOf(node: unknown, askedHost: string): RedisEndpoint {
  const [host, port] = listOf(node);
  const isKnown = typeof host === 'string' && host !== '' && host !== '?';
  return { host: isKnown ? host : askedHost, port: Number(port) };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
