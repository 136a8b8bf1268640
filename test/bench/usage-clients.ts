import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

const retryMs = 100;

/** Clients of one URL that echo messages and count the answers. They reconnect when they are closed. */
export class UsageClients {
  connections = 0;
  messages = 0;
  readonly closeCodes: number[] = [];
  #isStopped = false;

  constructor(
    private readonly url: string,
    private readonly everyMs: number,
  ) {}

  /** Resolves when all have stopped: after `stop`, or if the gateway closed them with 1008. */
  async run(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#runOne()));
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #runOne(): Promise<void> {
    while (!this.#isStopped) {
      const client = await this.#connect();
      if (!client) {
        await delay(retryMs);
        continue;
      }
      await this.#echo(client);
      // The others are closed too, or refused from now on.
      if (this.closeCodes.includes(1008)) this.stop();
    }
  }

  async #connect(): Promise<WebSocket | null> {
    const client = new WebSocket(this.url, { perMessageDeflate: false });
    client.on('error', () => undefined);
    client.on('message', () => (this.messages += 1));
    const isOpen = await Promise.race([
      once(client, 'open').then(() => true),
      once(client, 'close').then(() => false),
    ]).catch(() => false);
    if (!isOpen) return null;
    this.connections += 1;
    return client;
  }

  // Each message is answered before the next one, so all are counted on both sides.
  async #echo(client: WebSocket): Promise<void> {
    const closed = once(client, 'close').then(([code]) => {
      this.closeCodes.push(Number(code));
      return false;
    });
    while (!this.#isStopped) {
      client.send('a message');
      const isAnswered = await Promise.race([once(client, 'message').then(() => true), closed]);
      if (!isAnswered) return;
      await delay(this.everyMs);
    }
    client.close();
    await closed;
  }
}
