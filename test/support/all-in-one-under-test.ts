import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readApiSettings, readEchoSettings, readGatewaySettings } from '#libs/settings';
import { startAllInOne, type RunningAllInOne } from '../../apps/all-in-one/start-all-in-one.js';

const adminToken = 'an-admin-token-for-tests';

/** All of Sluice in this process, on free ports and in a folder of its own. */
export class AllInOneUnderTest {
  private constructor(
    private readonly sluice: RunningAllInOne,
    /** Holds the database, and the last good snapshot of the gateway. */
    readonly dataDir: string,
  ) {}

  /** In a new folder, or in one that `stop` has left; `settings` stand beside the usual ones. */
  static async start(folder?: string, settings: Record<string, string> = {}): Promise<AllInOneUnderTest> {
    const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'sluice-all-in-one-')));
    const environment = {
      SLUICE_DATA_DIR: dataDir,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_API_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
      SLUICE_ECHO_LISTEN: '127.0.0.1:0',
      SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
      // All clients of a test are at one address, and many of them are refused.
      SLUICE_MAX_PENDING_PER_ADDRESS: '0',
      ...settings,
    };
    const sluice = await startAllInOne({
      api: readApiSettings(environment),
      gateway: readGatewaySettings(environment),
      echo: readEchoSettings(environment),
      logger: pino({ level: 'silent' }),
    });
    return new AllInOneUnderTest(sluice, dataDir);
  }

  get adminToken(): string {
    return adminToken;
  }

  get apiUrl(): string {
    return this.sluice.api.url;
  }

  get echoUrl(): string {
    return this.sluice.echo.url;
  }

  get gatewayAdminUrl(): string {
    return this.sluice.gateway.adminUrl;
  }

  get gatewayUrl(): string {
    return this.sluice.gateway.urls[0] ?? '';
  }

  /** A call of the REST API as the operator; throws unless it succeeds. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Stops it and leaves its folder. */
  async stop(): Promise<void> {
    await this.sluice.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
