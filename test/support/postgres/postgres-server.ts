import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../child-processes.js';
import { freePort } from '../free-port.js';
import { acceptsPostgres } from './postgres-client.js';

/** A private Postgres of a test, which it may stop and start. `stop` leaves nothing behind. */
export interface PostgresServer {
  url: string;
  /** Ends every connection and stops, as an operator would; data and URL are kept. */
  shutDown(): Promise<void>;
  /** Stops at once, as in a crash; the next start recovers all commits. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const sharedUrl = 'postgres://postgres@127.0.0.1:5432/postgres';

/** Starts a Postgres on a free port of 127.0.0.1, which also speaks TLS if a certificate is given. */
export async function startPostgresServer(tls: PostgresTls | null = null): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'));
  try {
    const account = unprivilegedAccount();
    if (account !== null) await chown(folder, account.uid, account.gid);
    const server = new OwnPostgresServer(await freePort(), folder, findPrograms(), account);
    server.initialize();
    if (tls !== null) await server.useTls(tls);
    await server.start();
    return server;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * A Postgres that tests may share, if each creates a database and drops it: SLUICE_TEST_POSTGRES_URL, or
 * else 127.0.0.1:5432 if it accepts a connection, or else a private server, which `release` stops.
 */
export async function sharedPostgres(): Promise<{ url: string; release: () => Promise<void> }> {
  const nothingToRelease = (): Promise<void> => Promise.resolve();
  const configured = process.env['SLUICE_TEST_POSTGRES_URL'];
  if (configured) return { url: configured, release: nothingToRelease };
  if (await acceptsPostgres(sharedUrl)) return { url: sharedUrl, release: nothingToRelease };
  const server = await startPostgresServer();
  return { url: server.url, release: () => server.stop() };
}

/** Certificate and key in PEM. */
export interface PostgresTls {
  certificate: string;
  key: string;
}

interface Account {
  uid: number;
  gid: number;
}

class OwnPostgresServer implements PostgresServer {
  readonly url: string;
  #process: ChildProcess | null = null;

  constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly programs: string,
    private readonly account: Account | null,
  ) {
    this.url = `postgres://sluice@127.0.0.1:${port}/postgres`;
  }

  initialize(): void {
    const options = ['-D', this.#data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
    const { status, stderr, error } = spawnSync(join(this.programs, 'initdb'), [...options, '--no-sync'], {
      ...this.account,
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr}`);
  }

  // Postgres refuses a key file that other users can read.
  async useTls({ certificate, key }: PostgresTls): Promise<void> {
    for (const [name, text] of [
      ['server.crt', certificate],
      ['server.key', key],
    ] as const) {
      const file = join(this.#data, name);
      await writeFile(file, text, { mode: 0o600 });
      if (this.account !== null) await chown(file, this.account.uid, this.account.gid);
    }
    await appendFile(join(this.#data, 'postgresql.conf'), '\nssl = on\n');
  }

  async start(): Promise<void> {
    const settings = ['fsync=off', 'max_connections=300', 'unix_socket_directories='];
    const options = ['-D', this.#data, '-h', '127.0.0.1', '-p', String(this.port)];
    const started = startChild(
      join(this.programs, 'postgres'),
      [...options, ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.account, cwd: this.folder, stdio: 'ignore' },
    );
    this.#process = started;
    const failed = new Promise<never>((_, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`postgres exited at its start with ${String(code)}`)));
    });
    failed.catch(() => undefined);
    await Promise.race([failed, this.#untilReady()]);
  }

  shutDown(): Promise<void> {
    return this.#end('SIGINT');
  }

  crash(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.shutDown();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === null || running.exitCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (!(await acceptsPostgres(this.url))) {
      if (Date.now() > deadline) throw new Error('postgres does not answer');
      await delay(20);
    }
  }
}

// The script installs Postgres if permitted, and otherwise prints what to install.
function findPrograms(): string {
  const script = join('scripts', 'postgres-for-tests.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const folder = stdout.trim().split('\n').at(-1);
  if (status !== 0 || folder === undefined) throw new Error(stderr);
  return folder;
}

// Postgres does not run as root.
function unprivilegedAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((option) => spawnSync('id', [option, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('Postgres does not run as root, and there is no user "postgres" or "nobody"');
}
