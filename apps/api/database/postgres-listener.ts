import type { Client } from 'pg';
import type { PostgresAddress } from '#libs/settings';
import { changesChannel, createClient } from './postgres-driver.js';

const retryMs = 1000;

/** Hears of committed changes on a connection of its own, which is made anew when it is lost. */
export class PostgresListener {
  private readonly listeners = new Set<() => void>();
  private client: Client | null = null;
  private retry: NodeJS.Timeout | null = null;
  private attempt: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly address: PostgresAddress) {
    this.attempt = this.listen();
  }

  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.retry !== null) clearTimeout(this.retry);
    await this.attempt;
    await this.client?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    const client = createClient(this.address);
    client.on('error', () => undefined);
    client.once('end', () => this.listenAgain(client));
    client.on('notification', () => this.tell());
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${changesChannel}`);
      // What was committed before may not have been heard of.
      this.tell();
    } catch {
      await client.end().catch(() => undefined);
      this.listenAgain(client);
    }
  }

  private listenAgain(client: Client): void {
    if (this.isClosed || client !== this.client) return;
    this.client = null;
    this.retry = setTimeout(() => {
      this.attempt = this.listen();
    }, retryMs);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
