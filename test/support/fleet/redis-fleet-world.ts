import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import {
  createRedisFleet,
  createRedisFleetMembership,
  type Fleet,
  type FleetEvent,
  type FleetMembership,
} from '#libs/fleet';
import { recordingLogger, type LogLine } from '../config-bus/recording-logger.js';
import { longWait } from '../long-wait.js';
import { startRedisServer, type RedisServer } from '../redis-server.js';
import { countAll, numberedEvent } from './fleet-samples.js';
import { ScriptedMember } from './scripted-member.js';

type FleetOptions = Parameters<typeof createRedisFleet>[0];
type MembershipOptions = Parameters<typeof createRedisFleetMembership>[0];

interface RedisFleetWorld {
  readonly server: RedisServer;
  /** A connection of the test, which reconnects by itself. */
  readonly admin: Redis;
  open(): OpenFleet;
  /** An API and a gateway that know each other, and a recorder of events. */
  openJoined(): Promise<JoinedFleet>;
}

interface OpenFleet {
  prefix: string;
  /** The log lines of both ends. */
  lines: LogLine[];
  messages: () => string[];
  fleet: (overrides?: Partial<FleetOptions>) => Fleet;
  membership: (overrides?: Partial<MembershipOptions>) => FleetMembership;
}

interface WorkingFleet {
  fleet: Fleet;
  membership: FleetMembership;
  member: ScriptedMember;
  heard: FleetEvent[];
}

type JoinedFleet = WorkingFleet & Pick<OpenFleet, 'prefix' | 'messages'>;

/** A Redis for the tests of one file; the fleets on it are closed after each test. */
export function redisFleetWorld(): RedisFleetWorld {
  const running: { server?: RedisServer; admin?: Redis } = {};
  let releases: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    running.server = await startRedisServer();
    running.admin = new Redis(running.server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    running.admin.on('error', () => undefined);
  });
  afterEach(async () => {
    await Promise.all(releases.map((release) => release()));
    releases = [];
  });
  afterAll(async () => {
    running.admin?.disconnect();
    await running.server?.stop();
  });

  function open(): OpenFleet {
    const prefix = `test-${randomUUID()}`;
    const { logger, lines } = recordingLogger();
    const usual = () => ({ url: present(running.server).url, prefix, logger });
    return {
      prefix,
      lines,
      messages: () => lines.map(({ message }) => message),
      fleet(overrides = {}) {
        const fleet = createRedisFleet({ ...usual(), checkIntervalMs: 50, ...overrides });
        releases.push(() => fleet.close());
        return fleet;
      },
      membership(overrides = {}) {
        const membership = createRedisFleetMembership({ ...usual(), heartbeatMs: 50, ...overrides });
        releases.push(() => membership.leave());
        return membership;
      },
    };
  }
  async function openJoined(): Promise<JoinedFleet> {
    const { prefix, messages, ...opened } = open();
    const [fleet, membership, member] = [opened.fleet(), opened.membership(), new ScriptedMember()];
    const heard: FleetEvent[] = [];
    membership.join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    await fleet.subscribe((event) => heard.push(event));
    return { prefix, messages, fleet, membership, member, heard };
  }
  return {
    open,
    openJoined,
    get server() {
      return present(running.server);
    },
    get admin() {
      return present(running.admin);
    },
  };
}

/** Resolves when the fleet has exactly these gateways, in these states. */
export async function fleetBecomes(fleet: Fleet, states: Record<string, string>): Promise<void> {
  await vi.waitFor(async () => {
    const gateways = await fleet.gateways();
    expect(Object.fromEntries(gateways.map(({ id, state }) => [id, state]))).toEqual(states);
  }, longWait);
}

/** The clock of Redis. */
export async function redisTimeMs(redis: Redis): Promise<number> {
  const [seconds] = await redis.time();
  return Number(seconds) * 1000;
}

/** Resolves when the gateway is listed, answers requests, and its events arrive. */
export async function fleetWorks({ fleet, membership, member, heard }: WorkingFleet): Promise<void> {
  await vi.waitFor(async () => {
    expect((await fleet.gateways()).map(({ state }) => state)).toEqual(['ready']);
    const { answers } = await fleet.ask(null, 'closeConnections', countAll, 1000);
    expect(answers).toEqual([{ gatewayId: member.id, answer: { matched: 1 } }]);
    const event = numberedEvent(randomUUID(), 1);
    membership.publish(event);
    await vi.waitFor(() => expect(heard).toContainEqual(event), { timeout: 1000, interval: 5 });
  }, longWait);
}

function present<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('Redis exists only while a test runs');
  return thing;
}
