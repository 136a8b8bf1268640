import { join } from 'node:path';
import type { FleetWorld } from './fleet-world.js';
import { SluiceProcess } from './sluice-process.js';
import { testSettings } from './sluice-settings.js';

/** What tests read of `/readyz` of a command of several workers. */
export interface WorkersReadiness {
  status: string;
  connections: number;
  supervisor: { id: string; pid: number };
  workers: {
    number: number;
    pid: number;
    gatewayId: string;
    state: string;
    connections: number;
    appliedPosition: { revision: number } | null;
  }[];
  limits: { scope: string; gateways: number };
}

/** One gateway command of several workers, as it was built, in a fleet without other gateways. */
export class WorkersWorld {
  static #started = 0;

  /** The slug of a tenant of its own, whose one route leads to the echo upstream. */
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
  ): Promise<WorkersWorld> {
    WorkersWorld.#started += 1;
    const program = WorkersWorld.command(fleet, { SLUICE_GATEWAY_WORKERS: String(workers), ...environment });
    const { gateways, gatewayAdmin } = await program.urls();
    return new WorkersWorld(fleet, program, gateways, gatewayAdmin);
  }

  /** The command as it is started, whatever becomes of it. */
  static command(fleet: FleetWorld, environment: Record<string, string>): SluiceProcess {
    return SluiceProcess.start('gateway', {
      ...testSettings,
      SLUICE_REDIS_URL: fleet.redis.url,
      SLUICE_REDIS_PREFIX: fleet.redisPrefix,
      SLUICE_DATA_DIR: join(fleet.folder, `gateway-${WorkersWorld.#started}`),
      ...environment,
    });
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Makes its tenant and route. */
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

  async readiness(): Promise<WorkersReadiness & { httpStatus: number }> {
    const response = await fetch(`${this.adminUrl}/readyz`);
    return { ...((await response.json()) as WorkersReadiness), httpStatus: response.status };
  }

  /** The value of a metric, by its name with its labels as they are printed. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.adminUrl}/metrics`)).text();
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
  }

  async close(): Promise<void> {
    await this.program.kill();
  }
}
