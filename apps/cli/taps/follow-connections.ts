import { z } from 'zod';
import type { RawData } from 'ws';
import type { ApiClient } from '../api/api-client.js';
import { CommandError } from '../command-error.js';
import { closed, opened } from '../sockets/opened.js';

const pageSchema = z.object({
  items: z.array(z.object({ id: z.string() })),
  nextCursor: z.string().nullable(),
});

interface FollowOptions {
  /** Filters of `GET /v1/connections`. */
  filters: Readonly<Record<string, string>>;
  /** The maximum number of connections followed at a time. */
  maxConnections: number;
  /** Called once for each matching connection; resolves when its tap has ended. */
  follow: (connectionId: string) => Promise<void>;
  /** Called when more than `maxConnections` connections match. */
  onMore: () => void;
  signal: AbortSignal;
}

/**
 * Follows the live connections that match the filters, including later ones: it reads the list again after an
 * event of `/v1/events`. Resolves when the signal is aborted; throws a `CommandError` when the API is lost.
 */
export async function followConnections(api: ApiClient, options: FollowOptions): Promise<void> {
  const { signal } = options;
  const events = api.openSocket('/v1/events');
  const end = closed(events);
  const stop = (): void => events.close(1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const refusal = await opened(events);
    if (refusal !== null) throw new CommandError(refusal.join('\n'));
    const list = new FollowedList(api, options);
    const failure = new Promise<never>((_resolve, reject) => {
      const update = (): void => void list.update().catch(reject);
      events.on('message', (data: RawData) => {
        if (mayHaveOpened(data)) update();
      });
      update();
    });
    const { code, reason } = await Promise.race([end, failure]);
    if (!signal.aborted) throw new CommandError(`the events of the API ended: ${code} ${reason}`.trim());
  } finally {
    signal.removeEventListener('abort', stop);
    events.close(1000);
  }
}

/** The followed connections. All events during a read of the list lead to one more read. */
class FollowedList {
  readonly #api: ApiClient;
  readonly #options: FollowOptions;
  readonly #followed = new Set<string>();
  #running: Promise<void> | null = null;
  #isOutdated = false;

  constructor(api: ApiClient, options: FollowOptions) {
    this.#api = api;
    this.#options = options;
  }

  update(): Promise<void> {
    this.#isOutdated = true;
    this.#running ??= this.#read().finally(() => (this.#running = null));
    return this.#running;
  }

  async #read(): Promise<void> {
    while (this.#isOutdated && !this.#options.signal.aborted) {
      this.#isOutdated = false;
      const { filters, maxConnections, onMore } = this.#options;
      const query = new URLSearchParams({ ...filters, limit: String(maxConnections) });
      const { body } = await this.#api.request('GET', `/v1/connections?${query.toString()}`, pageSchema);
      for (const { id } of body.items) this.#follow(id);
      if (body.nextCursor !== null) onMore();
    }
  }

  #follow(id: string): void {
    if (this.#followed.has(id)) return;
    this.#followed.add(id);
    void this.#options.follow(id).finally(() => this.#followed.delete(id));
  }
}

function mayHaveOpened(data: RawData): boolean {
  const text = Buffer.isBuffer(data) ? data.toString() : '';
  return /"type":"connection(\.opened|s\.omitted)"/.test(text);
}
