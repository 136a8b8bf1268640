import type { Client } from 'pg';
import type { PostgresAddress } from '#libs/settings';
import { changesChannel, createClient } from './postgres-driver.js';

const retryMs = 1000;

/** Listens for committed changes on a separate connection, and reconnects when the connection is lost. */
export class PostgresListener {
  readonly #listeners = new Set<() => void>();
  #client: Client | null = null;
  #retry: NodeJS.Timeout | null = null;
  #attempt: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly address: PostgresAddress) {
    this.#attempt = this.#listen();
  }

  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#attempt;
    await this.#client?.end().catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const client = createClient(this.address);
    client.on('error', () => undefined);
    client.once('end', () => this.#listenAgain(client));
    client.on('notification', () => this.#notify());
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${changesChannel}`);
      // Changes may have been committed while no connection listened.
      this.#notify();
    } catch {
      await client.end().catch(() => undefined);
      this.#listenAgain(client);
    }
  }

  #listenAgain(client: Client): void {
    if (this.#isClosed || client !== this.#client) return;
    this.#client = null;
    this.#retry = setTimeout(() => {
      this.#attempt = this.#listen();
    }, retryMs);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
