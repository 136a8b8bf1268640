import { once } from 'node:events';
import { WebSocket } from 'ws';

const openAtOnce = 50;
const echoEveryMs = 1000;
const talkersShare = 0.1;

/** Open connections in the background of a measurement; a tenth of them echo a message each second. */
export class BackgroundConnections {
  readonly #clients: WebSocket[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #echoTimesMs: number[] = [];
  #ended = 0;

  /** `urls` are used in turn. */
  static async open(urls: readonly string[], count: number): Promise<BackgroundConnections> {
    const connections = new BackgroundConnections();
    for (let opened = 0; opened < count; opened += openAtOnce) {
      const size = Math.min(openAtOnce, count - opened);
      const wave = Array.from({ length: size }, (_, index) => urls[(opened + index) % urls.length] ?? '');
      await Promise.all(wave.map((url) => connections.#openOne(url)));
    }
    connections.#startTalking();
    return connections;
  }

  /** The number of connections that have ended unexpectedly. */
  get ended(): number {
    return this.#ended;
  }

  /** The echo times in milliseconds since the last call. */
  takeEchoTimes(): number[] {
    const times = this.#echoTimesMs;
    this.#echoTimesMs = [];
    return times;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(
      this.#clients.map(async (client) => {
        if (client.readyState === WebSocket.CLOSED) return;
        const closed = once(client, 'close');
        client.close();
        await closed;
      }),
    );
  }

  async #openOne(url: string): Promise<void> {
    const client = new WebSocket(url, { perMessageDeflate: false });
    await once(client, 'open');
    client.on('error', () => undefined);
    client.on('close', () => (this.#ended += 1));
    client.on('message', (message: Buffer) => {
      this.#echoTimesMs.push(performance.now() - Number(message.toString()));
    });
    this.#clients.push(client);
  }

  // Spread over the second, so that the echoes do not delay each other.
  #startTalking(): void {
    const talkers = this.#clients.slice(0, Math.ceil(this.#clients.length * talkersShare));
    talkers.forEach((client, index) => {
      const talk = (): void => {
        if (client.readyState === WebSocket.OPEN) client.send(String(performance.now()));
        this.#timers[index] = setTimeout(talk, echoEveryMs);
      };
      this.#timers[index] = setTimeout(talk, (index / talkers.length) * echoEveryMs);
    });
  }
}
