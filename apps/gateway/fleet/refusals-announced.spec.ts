import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createInProcessConfigBus, type ConfigSink } from '#libs/config-bus';
import { newId, type ConfigEntry, type GatewayStatus } from '#libs/contract';
import { createInProcessTickets } from '#libs/credentials';
import type { FleetMember, FleetMembership } from '#libs/fleet';
import { LocalConnectionLimiter } from '#libs/limits';
import { readGatewaySettings } from '#libs/settings';
import { longWait } from '../../../test/support/long-wait.js';
import { startGateway, type RunningGateway } from '../start-gateway.js';

/** A membership without a heartbeat, which records announcements only. */
class AnnouncedMembership implements FleetMembership {
  readonly announced: GatewayStatus[] = [];
  #member: FleetMember | null = null;

  join(member: FleetMember): void {
    this.#member = member;
    this.announce();
  }

  announce(): void {
    if (this.#member) this.announced.push(this.#member.status());
  }

  publish(): void {
    return;
  }

  leaveUsage(): Promise<void> {
    return Promise.resolve();
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }
}

let folder: string;
let sink: ConfigSink;
let membership: AnnouncedMembership;
let gateway: RunningGateway;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-announced-'));
  const bus = createInProcessConfigBus();
  ({ sink } = bus);
  await sink.storeSnapshot({ epoch: 'test', revision: 1, fleetId: null, entries: [] });
  membership = new AnnouncedMembership();
  gateway = await startGateway({
    settings: readGatewaySettings({
      SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
      SLUICE_DATA_DIR: folder,
    }),
    source: bus.source,
    membership,
    tickets: createInProcessTickets(),
    limiter: new LocalConnectionLimiter({ now: () => performance.now() }),
    logger: pino({ level: 'silent' }),
  });
});

afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const announced = (status: Partial<GatewayStatus>): Promise<void> =>
  vi.waitFor(() => expect(membership.announced.at(-1)).toMatchObject(status), longWait);

const containing = (text: string): string => expect.stringContaining(text) as string;

test('a gateway announces at once that it refuses a change, each new reason, and that it refuses nothing any more', async () => {
  await announced({ state: 'ready', refusal: null, appliedRevision: 1 });
  await publish(2, wrongRoute('rte_one'));
  await announced({ state: 'refusing', refusal: containing('rte_one'), appliedRevision: 2 });
  await sink.storeSnapshot({ epoch: 'test', revision: 3, fleetId: null, entries: [wrongRoute('rte_other')] });
  await announced({ state: 'refusing', refusal: containing('rte_other'), appliedRevision: 3 });
  await sink.storeSnapshot({ epoch: 'test', revision: 4, fleetId: null, entries: [] });
  await announced({ state: 'ready', refusal: null, appliedRevision: 4 });
});

test('the announced reason of a refusal has a bounded length', async () => {
  const id = newId('route');
  const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]));
  await publish(2, { kind: 'route', id, value: unknown } as unknown as ConfigEntry);
  await announced({ state: 'refusing', refusal: containing(id) });
  expect(membership.announced.at(-1)?.refusal?.length).toBeLessThanOrEqual(500);
});

async function publish(revision: number, entry: ConfigEntry): Promise<void> {
  const committedAt = new Date().toISOString();
  await sink.publish({ epoch: 'test', revision, committedAt, entries: [entry] });
}

function wrongRoute(id: string): ConfigEntry {
  return { kind: 'route', id, value: {} } as unknown as ConfigEntry;
}
