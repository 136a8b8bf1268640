import { join } from 'node:path';
import { FleetWorld } from './fleet-world.js';
import { Program } from './program.js';

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

/** One gateway command of several workers, as it was built, in a fleet of which it is the only one. */
export class WorkersWorld {
  private constructor(
    readonly fleet: FleetWorld,
    readonly program: Program,
    readonly urls: readonly string[],
    readonly adminUrl: string,
  ) {}

  static async start(
    workers: number,
    environment: Record<string, string> = {},
    fleet?: FleetWorld,
  ): Promise<WorkersWorld> {
    const ownFleet = fleet ?? (await FleetWorld.start(0));
    const program = WorkersWorld.command(ownFleet, {
      SLUICE_GATEWAY_WORKERS: String(workers),
      ...environment,
    });
    try {
      const [, urls = '', adminUrl = ''] = await program.printed(/"urls":(\[[^\]]+\]),"adminUrl":"([^"]+)"/);
      return new WorkersWorld(ownFleet, program, JSON.parse(urls) as string[], adminUrl);
    } catch (error) {
      await ownFleet.close();
      throw error;
    }
  }

  /** The command as it is started, whatever becomes of it. */
  static command(fleet: FleetWorld, environment: Record<string, string>): Program {
    return Program.start('gateway', {
      SLUICE_REDIS_URL: fleet.redis.url,
      SLUICE_REDIS_PREFIX: fleet.redisPrefix,
      SLUICE_DATA_DIR: join(fleet.folder, 'gateway'),
      SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
      SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
      SLUICE_DRAIN_SECONDS: '1',
      // All clients of a test are at one address, and many of them are refused.
      SLUICE_MAX_PENDING_PER_ADDRESS: '0',
      ...environment,
    });
  }

  get url(): string {
    return this.urls[0] ?? '';
  }

  get port(): number {
    return Number(new URL(this.url).port);
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
    await this.program.stop('SIGKILL');
    await this.fleet.close();
  }
}
