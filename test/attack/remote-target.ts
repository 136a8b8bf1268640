import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { upgradeRequest } from '../support/raw-request.js';
import type { AttackTarget, RouteFields } from './attack-target.js';
import { untilClosed } from './received.js';
import { RestClient } from '../support/rest-client.js';

/** The listeners of a running Sluice, and its admin token. */
export interface TargetAddresses {
  apiUrl: string;
  gatewayUrl: string;
  /** The URL of the gateway's admin listener. */
  adminUrl: string;
  adminToken: string;
  hasStubResolver: boolean;
}

const tenant = 'under-attack';
const attacker = 'attacker';
const pollMs = 20;
const maxSettleMs = 30_000;

/** A gateway that already runs on this machine; only its API and its metrics are used. */
export class RemoteTarget implements AttackTarget {
  readonly port: number;
  readonly adminPort: number;
  readonly hasStubResolver: boolean;
  readonly #rest: RestClient;
  #before: Metrics = new Map();
  #keys = 0;

  constructor(private readonly addresses: TargetAddresses) {
    this.port = Number(new URL(addresses.gatewayUrl).port);
    this.adminPort = Number(new URL(addresses.adminUrl).port);
    this.hasStubResolver = addresses.hasStubResolver;
    this.#rest = new RestClient(addresses.apiUrl, addresses.adminToken);
  }

  /** Creates the tenant of the attacked routes, and records the open connections, sockets and timers. */
  async prepare(): Promise<void> {
    for (const slug of [tenant, attacker])
      await this.#rest.call('POST', '/tenants', { slug, limits: { maxConnections: null } });
    this.#before = await this.#metrics();
  }

  async publish(route: RouteFields, owner: string = tenant): Promise<void> {
    await this.#rest.call('POST', `/tenants/${owner}/routes`, route);
    while (!(await this.#finds(route))) await delay(pollMs);
  }

  async issueKey(): Promise<string> {
    const body = { name: `attack ${(this.#keys += 1)}` };
    const { key } = await this.#rest.call('POST', `/tenants/${tenant}/api-keys`, body);
    return key;
  }

  /** Waits until there are no more sockets and timers than before: REST calls leave some open for seconds. */
  async expectNoLeaks(): Promise<void> {
    const deadline = performance.now() + maxSettleMs;
    for (;;) {
      const found = leaks(this.#before, await this.#metrics());
      if (found.length === 0) return;
      assert.ok(performance.now() < deadline, found.join('; '));
      await delay(pollMs);
    }
  }

  /** Deletes the tenant with its routes and keys. */
  async close(): Promise<void> {
    await this.#rest.call('DELETE', `/tenants/${tenant}`);
  }

  // A request with two different keys is refused once its route is found, before the upstream is dialed.
  async #finds({ match }: RouteFields): Promise<boolean> {
    const host = match?.host?.replace('*', 'any') ?? '';
    const client = connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true });
    client.on('error', () => undefined);
    const received = untilClosed(client);
    client.write(upgradeRequest(`${match?.path ?? '/'}?api_key=slc_a`, { Host: host, 'X-Api-Key': 'slc_b' }));
    return (await received).text.includes('two different credentials');
  }

  async #metrics(): Promise<Metrics> {
    const text = await (await fetch(`${this.addresses.adminUrl}/metrics`)).text();
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

function leaks(before: Metrics, now: Metrics): string[] {
  if (before.get(startTime) !== now.get(startTime)) throw new Error('the gateway was restarted');
  return watched.flatMap((name) => {
    const [first = 0, last = 0] = [before.get(name), now.get(name)];
    return last > first ? [`${name} was ${first}, and is ${last}`] : [];
  });
}
