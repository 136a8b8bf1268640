import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import type { RedisEndpoint } from '#libs/settings';
import { SlotOwner } from './slot-owner.js';

// A node that handed over its slot does not close connections, and a subscriber sends no command that the
// node could refuse.
const checkEveryMs = 5000;

/**
 * A connector for ioredis that connects to the node of a cluster with the slot of `key`, so that
 * transactions, subscriptions and the receiver count of PUBLISH work as with a single server. `probe` has the
 * options of the connections that search for the node.
 */
export function slotConnector(
  endpoints: readonly RedisEndpoint[],
  key: string,
  probe: RedisOptions,
): new () => AbstractConnector {
  return class extends SlotConnector {
    constructor() {
      super(endpoints, key, probe);
    }
  };
}

class SlotConnector extends AbstractConnector {
  readonly #owner: SlotOwner;
  /** All known nodes, since the nodes in the URL may be gone. */
  #known: readonly RedisEndpoint[] = [];

  constructor(
    private readonly endpoints: readonly RedisEndpoint[],
    key: string,
    private readonly probe: RedisOptions,
  ) {
    super(probe.disconnectTimeout ?? 0);
    this.#owner = new SlotOwner(key, probe);
  }

  override async connect(): Promise<Socket> {
    this.connecting = true;
    const { owner, nodes } = await this.#owner.find([...this.endpoints, ...this.#known]);
    if (!this.#isWanted()) throw new Error('Connection is closed.');
    this.#known = nodes;
    const stream = this.probe.tls ? connectTls({ ...owner, ...this.probe.tls }) : connectTcp(owner);
    // ioredis listens only once. A later error is irrelevant and must not end the process.
    stream.on('error', (error) => (this.firstError ??= error));
    this.stream = stream;
    this.#keepAtOwner(stream, owner);
    return stream;
  }

  override disconnect(): void {
    this.#owner.abort();
    super.disconnect();
  }

  #isWanted(): boolean {
    return this.connecting;
  }

  #keepAtOwner(stream: Socket, before: RedisEndpoint): void {
    const check = async (): Promise<void> => {
      const { owner } = await this.#owner.find([before]);
      if (owner.host !== before.host || owner.port !== before.port) stream.destroy();
    };
    // A node that does not answer is noticed by the user of the connection.
    const timer = setInterval(() => void check().catch(() => undefined), checkEveryMs).unref();
    stream.once('close', () => clearInterval(timer));
  }
}
