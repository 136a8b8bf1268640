import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '#libs/contract';
import { openApiSocket, type ApiSocket } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { manyThings } from '../../../test/support/many-things.js';
import { longWait } from '../../../test/support/long-wait.js';
import { RouteEntity } from '../database/entities/route.entity.js';

const maxEntries = 250;

interface ChangeMessage {
  revision: number;
  entries: { id: string; op: string }[];
  more: boolean;
}

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('the deletion of a tenant with many routes is sent in messages of bounded size, and a client that reads them is not closed', async () => {
  const { id: tenantId } = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body;
  const routes = 17_000;
  await storeRoutes(tenantId, routes);
  const { socket, messages } = await listen();
  expect((await api.request('DELETE', '/v1/tenants/acme')).status).toBe(204);
  const gone = (): string[] => messages.flatMap(({ entries }) => entries.map(({ id }) => id));
  await vi.waitFor(() => expect(gone()).toHaveLength(routes + 1), longWait);
  expect(gone().at(-1)).toBe(tenantId);
  expect(Math.max(...messages.map(({ entries }) => entries.length))).toBe(maxEntries);
  expect(socket.readyState).toBe(socket.OPEN);
}, 60_000);

test('a revision that cannot be split is sent in several messages, all but the last with more: true', async () => {
  const size = 600;
  const document = manyThings('acme', { routes: size, keys: 0 });
  await api.request('PUT', '/v1/config', document);
  const exported = JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as typeof document;
  const { messages } = await listen();
  const routes = exported.tenants[0]?.routes ?? [];
  const matches = routes.map(({ match }) => match);
  // Each route takes the host and path of the next one, so that no revision may have only some of them.
  routes.forEach((route, index) => Object.assign(route, { match: matches[(index + 1) % size] }));
  const before = await api.revision();
  expect((await api.request('PUT', '/v1/config', exported)).status).toBe(200);
  await vi.waitFor(() => expect(messages.at(-1)?.more).toBe(false), longWait);
  expect(messages.map(({ revision, entries, more }) => [revision - before, entries.length, more])).toEqual([
    [1, 250, true],
    [1, 250, true],
    [1, 100, false],
  ]);
});

/** The expected changes, without their revisions. */
async function storeRoutes(tenantId: string, count: number): Promise<void> {
  const [definition] = manyThings('acme', { routes: 1, keys: 0 }).tenants[0]?.routes ?? [];
  const stored = (await api.request('POST', '/v1/tenants/acme/routes', definition)).body;
  const template = await api.database.read.findOneByOrFail(RouteEntity, { id: stored.id });
  await api.database.write(async (manager) => {
    for (let start = 1; start < count; start += 500) {
      const rows = Array.from({ length: Math.min(500, count - start) }, () => {
        const id = newId('route');
        return { ...template, id, tenantId, claim: `acme.example/${id}` };
      });
      await manager.insert(RouteEntity, rows);
    }
  });
}

function listen(): Promise<ApiSocket<ChangeMessage>> {
  return openApiSocket<ChangeMessage>(api, '/v1/events', { token: adminToken });
}
