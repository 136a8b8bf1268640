import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Connection } from '#libs/contract';
import { FleetWorld } from '../support/fleet-world.js';
import { longWait } from '../support/long-wait.js';
import { SluiceProcess } from '../support/sluice-process.js';
import { adminToken, testSettings } from '../support/sluice-settings.js';

interface ConnectionList {
  items: Connection[];
  nextCursor: string | null;
  silentGateways: string[];
}

interface Closed {
  matched: number;
  closed: number;
  silentGateways: string[];
}

interface Usage {
  total: { connections: number; fromClients: { messages: number } };
  gateways: { gatewayId: string }[];
  silentGateways: string[];
}

let fleet: FleetWorld;
let clients: WebSocket[];

beforeEach(async () => {
  fleet = await FleetWorld.start();
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/echo');
  clients = await vi.waitFor(() => fleet.openOnEach('/echo'), longWait);
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await fleet.close();
});

async function call<Body>(method: string, path: string): Promise<Body> {
  const response = await fetch(`${fleet.apiUrl}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

function list(query = ''): Promise<ConnectionList> {
  return call('GET', `/connections${query}`);
}

async function expectListed(count: number): Promise<Connection[]> {
  return vi.waitFor(async () => {
    const { items } = await list();
    expect(items).toHaveLength(count);
    return items;
  }, longWait);
}

describe('the answers of two gateways are merged', () => {
  test('pages are ordered by id, without gaps or duplicates', async () => {
    while (clients.length < 10) clients.push(...(await fleet.openOnEach('/echo')));
    const all = (await expectListed(10)).map(({ id }) => id);
    expect(all).toEqual([...all].sort());
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await list(`?limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
  });

  test('a connection is found by its id on any gateway', async () => {
    for (const connection of await expectListed(2)) {
      const { fromClient, ...rest } = await call<Connection>('GET', `/connections/${connection.id}`);
      expect(rest).toMatchObject({ id: connection.id, gatewayId: connection.gatewayId });
      expect(fromClient.messages).toBe(0);
    }
  });

  test('a filter closes the matching connections of both, and a dry run only counts them', async () => {
    const { id } = await fleet.writeRoute('/other');
    const others = await vi.waitFor(() => fleet.openOnEach('/other'), longWait);
    clients.push(...others);
    await expectListed(4);
    const closes = others.map((client) => once(client, 'close') as Promise<[number, Buffer]>);
    const query = `/connections?route=${id}&code=4002&reason=moved`;
    expect(await call<Closed>('DELETE', `${query}&dryRun=true`)).toMatchObject({ matched: 2, closed: 0 });
    await expectListed(4);
    expect(await call<Closed>('DELETE', query)).toMatchObject({ matched: 2, closed: 2, silentGateways: [] });
    for (const close of closes) {
      const [code, reason] = await close;
      expect([code, reason.toString()]).toEqual([4002, 'moved']);
    }
    await expectListed(2);
  });

  test("usage is the sum of the traffic of a tenant's connections on both gateways", async () => {
    for (const client of clients) {
      client.send('hello');
      await once(client, 'message');
    }
    const usage = await call<Usage>('GET', '/tenants/acme/usage');
    expect(usage).toMatchObject({ total: { connections: 2, fromClients: { messages: 2 } } });
    expect(usage.gateways).toHaveLength(2);
  });
});

describe('a gateway that does not answer', () => {
  let folder: string;
  let program: SluiceProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-silent-'));
    program = SluiceProcess.start('gateway', {
      ...testSettings,
      SLUICE_REDIS_URL: fleet.redis.url,
      SLUICE_REDIS_PREFIX: fleet.redisPrefix,
      SLUICE_DATA_DIR: folder,
      SLUICE_DRAIN_SECONDS: '0',
    });
  });

  afterEach(async () => {
    program.resume();
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is named, and the answers of the others are complete; after it resumes it answers again', async () => {
    const [, id = '', url = ''] = await program.printed(/"id":"(gtw_\w+)".*?"urls":\["(ws:[^"]+)"/);
    const client = await vi.waitFor(() => open(`${url}/echo`), longWait);
    clients.push(client);
    await expectListed(3);

    program.pause();
    // On a busy machine other gateways may also be late once.
    await vi.waitFor(async () => {
      const { items, silentGateways } = await list();
      expect([items.length, silentGateways]).toEqual([2, [id]]);
      const usage = await call<Usage>('GET', '/tenants/acme/usage');
      expect([usage.total.connections, usage.silentGateways]).toEqual([2, [id]]);
    }, longWait);

    program.resume();
    await vi.waitFor(async () => {
      const { items, silentGateways } = await list();
      expect([items.length, silentGateways]).toEqual([3, []]);
    }, longWait);
  });
});

async function open(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  await once(client, 'open');
  return client;
}
