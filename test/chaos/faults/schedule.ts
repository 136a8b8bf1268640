import type { Random } from '../../support/random.js';
import type { DrawnFault, FaultKind } from './fault.js';
import {
  pauseApi,
  pauseGateway,
  pausePublisher,
  killApi,
  killGateway,
  killUpstream,
  restartPostgres,
} from './process-faults.js';
import {
  cutRedisClients,
  flushRedis,
  pauseRedis,
  partitionFromRedis,
  restartRedis,
  restartRedisEmpty,
  dropRedisTraffic,
} from './redis-faults.js';

export interface PlannedFault extends DrawnFault {
  /** Milliseconds after the first fault. */
  startMs: number;
}

const kinds: FaultKind[] = [
  killGateway,
  pauseGateway,
  killApi,
  pauseApi,
  pausePublisher,
  flushRedis,
  restartRedisEmpty,
  restartRedis,
  pauseRedis,
  cutRedisClients,
  partitionFromRedis,
  dropRedisTraffic,
  restartPostgres,
  killUpstream,
];

// The time that a process takes to start, in addition to the duration of the fault.
const recoveryMs = 1500;
const briefMs = 2000;

/**
 * A random schedule of this duration: every kind occurs once before any is repeated, and two faults at a
 * time, which touch different resources.
 */
export function longSchedule(random: Random, periodMs: number): PlannedFault[] {
  const planned: PlannedFault[] = [];
  const freeAtMs = new Map<string, number>();
  const lanes = [0, 0];
  let upcoming: FaultKind[] = [];
  for (;;) {
    if (upcoming.length === 0) upcoming = random.shuffled(kinds);
    const fault = upcoming.shift()?.(random, Infinity);
    if (!fault) return planned;
    const lane = lanes.indexOf(Math.min(...lanes));
    const laneFreeAtMs = (lanes[lane] ?? 0) + random.between(500, 5000);
    const startMs = Math.max(laneFreeAtMs, ...fault.touches.map((thing) => freeAtMs.get(thing) ?? 0));
    const endMs = startMs + fault.lastsMs + recoveryMs;
    if (endMs > periodMs) return planned.sort((one, other) => one.startMs - other.startMs);
    for (const thing of fault.touches) freeAtMs.set(thing, endMs);
    lanes[lane] = endMs;
    planned.push({ ...fault, startMs });
  }
}

/**
 * The most important kinds, once each, at fixed times: the schedule of the test that is part of `npm test`.
 */
export function shortSchedule(random: Random): PlannedFault[] {
  const command: [startMs: number, kind: FaultKind][] = [
    [0, pauseGateway],
    [500, killApi],
    [1500, flushRedis],
    [3000, killUpstream],
    [5000, cutRedisClients],
    [7000, restartPostgres],
    [8000, restartRedisEmpty],
    [11_500, killGateway],
    [12_000, pausePublisher],
  ];
  return command.map(([startMs, kind]) => ({ ...kind(random, briefMs), startMs }));
}
