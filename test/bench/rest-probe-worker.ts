import { answerCalls, type WorkerCalls } from './bench-worker.js';
import { RestClient } from '../support/rest-client.js';

const everyMs = 20;

let times: Record<string, number[]> = {};

/** Another client of the REST API, which reads and writes single resources during a large operation. */
const calls = {
  /** Repeats each of these calls, one at a time each. */
  start({ url, adminToken, probes }: { url: string; adminToken: string; probes: Probe[] }): void {
    const rest = new RestClient(url, adminToken);
    for (const probe of probes) void repeat(rest, probe);
  },
  /** Milliseconds of each call since the last query, by the name of the probe. */
  takeTimes(): Record<string, number[]> {
    const taken = times;
    times = {};
    return taken;
  },
} satisfies WorkerCalls;

export type RestProbeCalls = typeof calls;

/** In `body`, `{n}` is the number of the call. */
interface Probe {
  name: string;
  method: string;
  path: string;
  body?: string;
}

async function repeat(rest: RestClient, { name, method, path, body }: Probe): Promise<void> {
  for (let number = 0; ; number += 1) {
    const startedAtMs = performance.now();
    const content = body?.replaceAll('{n}', String(number));
    await rest.call(method, path, content === undefined ? undefined : (JSON.parse(content) as object));
    (times[name] ??= []).push(performance.now() - startedAtMs);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

answerCalls(calls);
