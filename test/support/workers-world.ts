import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { FleetWorld } from './fleet-world.js';
import { SluiceProcess, type Launch } from './sluice-process.js';
import { testSettings } from './sluice-settings.js';

/** Options for `vi.waitFor`: processes start one after the other, which takes long on a busy machine. */
export const startupWait = { timeout: 60_000, interval: 50 };

/** The fields of `/readyz` of a command with several workers that tests read. */
export interface WorkersReadiness {
  status: string;
  connections: number;
  supervisor: { id: string; pid: number };
  workers: {
    number: number;
    pid: number;
    gatewayId: string;
    engine: string | null;
    state: string;
    connections: number;
    appliedPosition: { revision: number } | null;
  }[];
  limits: { scope: string; gateways: number };
}

/** One built gateway command with several workers, in a fleet without other gateways. */
export class WorkersWorld {
  static #started = 0;

  /** The slug of its tenant, whose only route leads to the echo upstream. */
  readonly tenant = `acme-${WorkersWorld.#started}`;
  readonly path = `/${this.tenant}`;

  private constructor(
    readonly fleet: FleetWorld,
    readonly program: SluiceProcess,
    readonly urls: readonly string[],
    readonly adminUrl: string,
  ) {}

  static async start(
    fleet: FleetWorld,
    workers: number,
    environment: Record<string, string> = {},
    launch: Launch = {},
  ): Promise<WorkersWorld> {
    WorkersWorld.#started += 1;
    const settings = { SLUICE_GATEWAY_WORKERS: String(workers), ...environment };
    const program = WorkersWorld.command(fleet, settings, launch);
    const { gateways, gatewayAdmin } = await program.urls();
    return new WorkersWorld(fleet, program, gateways, gatewayAdmin);
  }

  /** Starts the command without waiting for it to be ready. */
  static command(fleet: FleetWorld, environment: Record<string, string>, launch: Launch = {}): SluiceProcess {
    const settings = {
      ...testSettings,
      SLUICE_REDIS_URL: fleet.redis.url,
      SLUICE_REDIS_PREFIX: fleet.redisPrefix,
      SLUICE_DATA_DIR: join(fleet.folder, `gateway-${WorkersWorld.#started}`),
      ...environment,
    };
    return SluiceProcess.start('gateway', settings, launch);
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Creates its tenant and route. */
  async writeRoute(maxConnections: number | null): Promise<void> {
    const { fleet, tenant, path } = this;
    await fleet.write('POST', '/tenants', { slug: tenant, limits: { maxConnections } });
    const upstreams = [{ url: fleet.echo.url }];
    await fleet.write('POST', `/tenants/${tenant}/routes`, {
      match: { path },
      upstreams,
      auth: { mode: 'none' },
    });
  }

  /** Waits until there are this many workers, and each has applied this revision. */
  async untilServing(workers: number, revision: number): Promise<void> {
    await vi.waitFor(async () => {
      const readiness = await this.readiness();
      expect(readiness.httpStatus).toBe(200);
      expect(readiness.workers.map(({ state }) => state)).toEqual(Array(workers).fill('ready'));
      const revisions = readiness.workers.map(({ appliedPosition }) => appliedPosition?.revision);
      expect(revisions).toEqual(Array(workers).fill(revision));
    }, startupWait);
  }

  async readiness(): Promise<WorkersReadiness & { httpStatus: number }> {
    const response = await fetch(`${this.adminUrl}/readyz`);
    return { ...((await response.json()) as WorkersReadiness), httpStatus: response.status };
  }

  /** The value of a metric, by its name and labels in the printed form. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.adminUrl}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
  }

  async close(): Promise<void> {
    await this.program.kill();
  }
}
