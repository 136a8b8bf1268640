import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { upgradeRequest } from '../support/raw-request.js';
import type { AttackedGateway, RouteFields } from './attacked-gateway.js';
import { untilClosed } from './until-closed.js';
import { RefusedByApi } from './refused-by-api.js';

/** Where the parts of a running Sluice are, and what its operator knows. */
export interface Whereabouts {
  apiUrl: string;
  gatewayUrl: string;
  /** Of the gateway's admin listener. */
  adminUrl: string;
  adminToken: string;
  findsStandInNames: boolean;
}

const tenant = 'under-attack';
const pollMs = 20;
const longestSettlingMs = 30_000;

/** A gateway that runs somewhere on this machine, seen through its API and its metrics alone. */
export class OperatedGateway implements AttackedGateway {
  readonly port: number;
  readonly adminPort: number;
  readonly findsStandInNames: boolean;
  #before: Metrics = new Map();
  #keys = 0;

  constructor(private readonly whereabouts: Whereabouts) {
    this.port = Number(new URL(whereabouts.gatewayUrl).port);
    this.adminPort = Number(new URL(whereabouts.adminUrl).port);
    this.findsStandInNames = whereabouts.findsStandInNames;
  }

  /** Makes the tenant whose routes are attacked, and notes what is open before. */
  async prepare(): Promise<void> {
    await this.#call('POST', '/v1/tenants', { slug: tenant, limits: { maxConnections: null } });
    this.#before = await this.#metrics();
  }

  async publish(route: RouteFields): Promise<void> {
    await this.#call('POST', `/v1/tenants/${tenant}/routes`, route);
    while (!(await this.#finds(route))) await delay(pollMs);
  }

  async issueKey(): Promise<string> {
    const body = { name: `attack ${(this.#keys += 1)}` };
    const { key } = (await this.#call('POST', `/v1/tenants/${tenant}/api-keys`, body)) as { key: string };
    return key;
  }

  /** Waits for sockets and timers to be as few as before, since the operator's own calls leave some open for seconds. */
  async expectUnharmed(): Promise<void> {
    const deadline = performance.now() + longestSettlingMs;
    for (;;) {
      const left = leftOver(this.#before, await this.#metrics());
      if (left.length === 0) return;
      assert.ok(performance.now() < deadline, left.join('; '));
      await delay(pollMs);
    }
  }

  /** Takes the tenant away with all that it owns. */
  async close(): Promise<void> {
    await this.#call('DELETE', `/v1/tenants/${tenant}`);
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const { apiUrl, adminToken } = this.whereabouts;
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new RefusedByApi(response.status, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  // A request with two different keys is refused once its route is found, before anything is dialed.
  async #finds({ match }: RouteFields): Promise<boolean> {
    const host = match?.host?.replace('*', 'any') ?? '';
    const client = connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true });
    client.on('error', () => undefined);
    const received = untilClosed(client);
    client.write(upgradeRequest(`${match?.path ?? '/'}?api_key=slc_a`, { Host: host, 'X-Api-Key': 'slc_b' }));
    return (await received).text.includes('two different credentials');
  }

  async #metrics(): Promise<Metrics> {
    const text = await (await fetch(`${this.whereabouts.adminUrl}/metrics`)).text();
    return new Map(watched.map((name) => [name, Number(text.split(`\n${name} `)[1]?.split('\n')[0] ?? 0)]));
  }
}

type Metrics = ReadonlyMap<string, number>;

const startTime = 'process_start_time_seconds';
const watched = [
  startTime,
  'sluice_connections',
  'process_open_fds',
  'nodejs_active_resources{type="TCPSocketWrap"}',
  'nodejs_active_resources{type="Timeout"}',
];

function leftOver(before: Metrics, now: Metrics): string[] {
  if (before.get(startTime) !== now.get(startTime)) throw new Error('the gateway was started anew meanwhile');
  return watched.flatMap((name) => {
    const [first = 0, last = 0] = [before.get(name), now.get(name)];
    return last > first ? [`${name} was ${first}, and is ${last}`] : [];
  });
}
