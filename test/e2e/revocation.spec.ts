import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FleetWorld } from '../support/fleet-world.js';
import { longWait } from '../support/long-wait.js';

const connectionsOnEach = 200;
const othersOnEach = 10;

let fleet: FleetWorld;

beforeEach(async () => {
  fleet = await FleetWorld.start();
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/echo', {});
});

afterEach(() => fleet.close());

async function createKey(name: string): Promise<{ id: string; headers: Record<string, string> }> {
  const { id, key } = await fleet.write('POST', '/tenants/acme/api-keys', { name });
  return { id, headers: { 'x-api-key': key } };
}

async function openOnEach(count: number, headers: Record<string, string>): Promise<WebSocket[]> {
  const rounds: WebSocket[][] = [];
  while (rounds.length < count) rounds.push(await fleet.openOnEach('/echo', headers));
  return rounds.flat();
}

async function closeOf(client: WebSocket): Promise<string> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return `${code} ${reason.toString()}`;
}

/** Sends a message after each echo, and counts the echoes. */
class Talker {
  echoes = 0;

  constructor(private readonly client: WebSocket) {
    client.on('message', (message: Buffer) => {
      if (message.toString() !== String(this.echoes)) throw new Error(`out of order: ${message.toString()}`);
      this.echoes += 1;
      client.send(String(this.echoes));
    });
    client.send('0');
  }

  get isOpen(): boolean {
    return this.client.readyState === WebSocket.OPEN;
  }
}

test('a revoked key closes its hundreds of connections on every gateway with 1008, and no other connections', async () => {
  const [other, revoked] = [await createKey('other'), await createKey('revoked')];
  await vi.waitFor(() => fleet.openOnEach('/echo', revoked.headers), longWait);
  const clients = await openOnEach(connectionsOnEach, revoked.headers);
  const others = (await openOnEach(othersOnEach, other.headers)).map((client) => new Talker(client));

  const closes = Promise.all(clients.map(closeOf));
  await fleet.write('DELETE', `/tenants/acme/api-keys/${revoked.id}`);
  expect(await closes).toEqual(Array(2 * connectionsOnEach).fill('1008 key revoked'));

  const echoesThen = others.map(({ echoes }) => echoes);
  await vi.waitFor(() => {
    others.forEach((talker, index) => {
      expect(talker.isOpen).toBe(true);
      expect(talker.echoes).toBeGreaterThan(echoesThen[index] ?? 0);
    });
  }, longWait);
  await vi.waitFor(() => {
    expect(fleet.gateways.map(({ connections }) => connections.size)).toEqual(Array(2).fill(othersOnEach));
  }, longWait);
});
