import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { FleetWorld } from './fleet-world.js';
import { WorkersWorld } from './workers-world.js';

/** Gateway commands with several workers for the tests of one file, with their fleets and clients. */
export class WorkersUnderTest {
  // The number of configuration changes of each fleet.
  readonly #fleets = new Map<FleetWorld, number>();
  readonly #worlds: WorkersWorld[] = [];
  readonly #clients: WebSocket[] = [];

  private constructor(private readonly common: FleetWorld) {
    this.#fleets.set(common, 0);
  }

  /** Starts the fleet that most tests use. */
  static async create(): Promise<WorkersUnderTest> {
    return new WorkersUnderTest(await FleetWorld.start(0));
  }

  /** Starts a fleet whose parts the test may stop. */
  async startFleet(): Promise<FleetWorld> {
    const fleet = await FleetWorld.start(0);
    this.#fleets.set(fleet, 0);
    return fleet;
  }

  /** Starts a command, and waits until its workers serve a route to the echo upstream. */
  async start(
    workers: number,
    environment: Record<string, string> = {},
    maxConnections: number | null = 20,
    fleet = this.common,
  ): Promise<WorkersWorld> {
    const world = this.add(await WorkersWorld.start(fleet, workers, environment));
    await world.writeRoute(maxConnections);
    this.#fleets.set(fleet, this.revisionOf(world) + 2);
    await this.untilServing(world, workers);
    return world;
  }

  /** Stops the command at the end of the test. */
  add(world: WorkersWorld): WorkersWorld {
    this.#worlds.push(world);
    return world;
  }

  /** Waits until there are this many workers, and each has applied the published configuration. */
  untilServing(world: WorkersWorld, workers: number): Promise<void> {
    return world.untilServing(workers, this.revisionOf(world));
  }

  revisionOf({ fleet }: WorkersWorld): number {
    return this.#fleets.get(fleet) ?? 0;
  }

  /** An admitted client, or the status of its refusal; rejects if there is no answer. */
  open(world: WorkersWorld, path = world.path): Promise<WebSocket | number> {
    const client = new WebSocket(`${world.url}${path}`);
    this.#clients.push(client);
    return new Promise((resolve, reject) => {
      client.once('open', () => resolve(client));
      client.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        response.resume();
      });
      client.on('error', reject);
    });
  }

  /** Opens many clients at once. */
  async crowd(
    world: WorkersWorld,
    count: number,
    path = world.path,
  ): Promise<{ opened: WebSocket[]; refused: number[] }> {
    const results = await Promise.all(Array.from({ length: count }, () => this.open(world, path)));
    return {
      opened: results.flatMap((result) => (result instanceof WebSocket ? [result] : [])),
      refused: results.flatMap((result) => (result instanceof WebSocket ? [] : [result])),
    };
  }

  /** Ends the clients and commands of a test. */
  async endTest(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.terminate();
    await Promise.all(this.#worlds.splice(0).map((world) => world.close()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#fleets.keys()].map((fleet) => fleet.close()));
  }
}

export async function expectEcho(client: WebSocket): Promise<void> {
  client.send('still here');
  expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
}

/** The code and reason with which each client is closed. */
export function endsOf(opened: readonly WebSocket[]): Promise<unknown[][]> {
  return Promise.all(
    opened.map(async (client) => {
      const [code, reason] = (await once(client, 'close')) as [number, Buffer];
      return [code, reason.toString()];
    }),
  );
}
