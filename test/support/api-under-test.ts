import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import 'reflect-metadata';
import { In } from 'typeorm';
import { expect, vi } from 'vitest';
import { createInProcessTickets, type Tickets } from '#libs/credentials';
import { readApiSettings, type Environment } from '#libs/settings';
import { FailedAttempts } from '../../apps/api/authentication/failed-attempts.js';
import { createApi } from '../../apps/api/create-api.js';
import type { Database } from '../../apps/api/database/database.js';
import { ApiKeyEntity } from '../../apps/api/database/entities/api-key.entity.js';
import {
  AuditEntryEntity,
  type AuditAction,
  type AuditEntry,
} from '../../apps/api/database/entities/audit-entry.entity.js';
import { ConfigStateEntity, configStateId } from '../../apps/api/database/entities/config-state.entity.js';
import { openDatabase } from '../../apps/api/database/open-database.js';
import { CommandedFleet } from './commanded-fleet.js';
import { longWait } from './long-wait.js';
import { RecordingSink } from './recording-sink.js';
import { adminToken, testSettings } from './sluice-settings.js';
import { databaseOf, dropDatabaseOf, isOnPostgres } from './test-database.js';

export { adminToken };

/** The fields of answers that tests read by name. Each test asserts the actual body. */
export interface AnswerBody {
  id: string;
  key: string;
  code: string;
  requestId: string;
  prefix: string;
  updatedAt: string;
  revokedAt: string | null;
  routeIds: string[] | null;
  errors: { field: string; message: string }[];
  items: AnswerBody[];
  silentGateways: string[];
  nextCursor: string | null;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: AnswerBody;
  text: string;
}

export interface RequestExtras {
  token?: string | null;
  headers?: Record<string, string>;
  raw?: string | Uint8Array;
}

/** An API on a free port, with a real database in a new folder. */
export class ApiUnderTest {
  readonly #ends: (() => void)[] = [];

  private constructor(
    readonly url: string,
    readonly folder: string,
    readonly sink: RecordingSink,
    readonly fleet: CommandedFleet,
    readonly tickets: Tickets,
    readonly database: Database,
    /** Resets the failed attempts of this address. */
    readonly resetFailures: () => void,
    private readonly closeApp: () => Promise<void>,
  ) {}

  static async start({
    folder = '',
    sink = new RecordingSink(),
    environment = {},
  }: { folder?: string; sink?: RecordingSink; environment?: Environment } = {}): Promise<ApiUnderTest> {
    const dataDir = folder || (await mkdtemp(join(tmpdir(), 'sluice-api-')));
    const own = { ...testSettings, SLUICE_DATA_DIR: dataDir };
    const settings = readApiSettings({ ...(await databaseOf(dataDir)), ...environment, ...own });
    const logger = pino({ level: process.env['SLUICE_TEST_LOG'] ?? 'silent' });
    const fleet = new CommandedFleet();
    const database = await openDatabase(settings.databaseUrl);
    const token = { token: adminToken, file: null };
    const tickets = createInProcessTickets();
    const app = await createApi({ settings, sink, fleet, tickets, logger, adminToken: token, database });
    await app.listen(0, '127.0.0.1');
    const resetFailures = (): void => app.get(FailedAttempts).reset();
    const close = async (): Promise<void> => {
      await app.close();
      await database.close();
      await fleet.close();
    };
    // A write before the first snapshot would be part of that snapshot, and not be published as a change.
    await vi.waitFor(() => expect(sink.isAway || sink.position !== null).toBe(true), longWait);
    return new ApiUnderTest(
      await app.getUrl(),
      dataDir,
      sink,
      fleet,
      tickets,
      database,
      resetFailures,
      close,
    );
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    extras: RequestExtras = {},
  ): Promise<ApiAnswer> {
    const { token = adminToken, raw } = extras;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: {
        // On a slow machine the server may close a keep-alive connection just when the client reuses it.
        connection: 'close',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...extras.headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed = JSON.parse(isJson && text !== '' ? text : '{}') as AnswerBody;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** The newest committed revision. */
  async revision(): Promise<number> {
    const state = await this.database.read.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    return state.revision;
  }

  /** The audit entries of these actions, oldest first. */
  async audited(...actions: AuditAction[]): Promise<AuditEntry[]> {
    const where = { action: In(actions) };
    return this.database.read.find(AuditEntryEntity, { where, order: { id: 'ASC' } });
  }

  /** Makes an API key expire. */
  async expireKey(id: string): Promise<void> {
    const expiresAt = new Date(Date.now() - 1000).toISOString();
    await this.database.write((manager) => manager.update(ApiKeyEntity, { id }, { expiresAt }));
  }

  /** The whole content of the database, as the bytes of its files or as the text of its tables. */
  async everythingStored(): Promise<string> {
    if (isOnPostgres()) {
      const tables = `SELECT schema_to_xml(current_schema(), false, false, '')::text`;
      return JSON.stringify(await this.database.read.query<unknown>(tables));
    }
    const files = ['sluice.db', 'sluice.db-wal'].map((file) => readFile(join(this.folder, file), 'latin1'));
    return (await Promise.all(files)).join('');
  }

  /** From now on writes to the database fail as if the disk were full. */
  async refuseWrites(): Promise<void> {
    const statements = isOnPostgres() ? fullDisk : ['PRAGMA query_only = ON'];
    await this.database.write(async (manager) => {
      for (const statement of statements) await manager.query(statement);
    });
  }

  /** Waits until this many changes have been published. */
  async published(changes: number): Promise<void> {
    await vi.waitFor(() => expect(this.sink.changes).toHaveLength(changes), longWait);
  }

  /** Registers a cleanup that runs when the API stops. */
  onRemove(end: () => void): void {
    this.#ends.push(end);
  }

  /** Stops the API and keeps its folder. */
  stop(): Promise<void> {
    return this.closeApp();
  }

  /** Stops the API and removes its folder. */
  async remove(): Promise<void> {
    for (const end of this.#ends) end();
    await this.closeApp();
    await dropDatabaseOf(this.folder);
    await rm(this.folder, { recursive: true, force: true });
  }
}

// Postgres refuses a write to a full disk with 53100; a trigger can raise the same error.
const fullDisk = [
  `CREATE FUNCTION refuse_as_full() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$`,
  ...['tenants', 'routes', 'api_keys', 'operators', 'audit', 'outbox', 'config_state'].map(
    (table) =>
      `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON ${table}
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_as_full()`,
  ),
];
