import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';

let api: ApiUnderTest;
let gateways: CommandedGateway[] = [];
beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateways = [1, 2].map(() => api.fleet.addGateway());
});
afterEach(() => api.remove());

function create(slug: string, prefer?: string): Promise<ApiAnswer> {
  return api.request('POST', '/v1/tenants', { slug }, { ...(prefer && { headers: { prefer } }) });
}

function headersOf({ headers }: ApiAnswer): (string | null)[] {
  return ['preference-applied', 'sluice-revision', 'sluice-gateways-behind'].map((name) => headers.get(name));
}

test('a write with Prefer: wait is answered once every gateway has applied it', async () => {
  for (const gateway of gateways) gateway.appliedRevision = 100;
  const answer = await create('acme', 'respond-async, wait=30');
  expect(answer.status).toBe(201);
  expect(headersOf(answer)).toEqual(['wait=30', '1', null]);
});

test('the wait ends as soon as the last gateway has applied the write', async () => {
  const [one, two] = gateways;
  if (one) one.appliedRevision = 100;
  if (two) two.appliedRevision = 0;
  const writing = create('acme', 'wait=60');
  await vi.waitFor(
    async () => expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(200),
    longWait,
  );
  if (two) two.appliedRevision = 1;
  expect(headersOf(await writing)).toEqual(['wait=60', '1', null]);
});

test('a gateway that does not apply the write in time is named in the answer, and the write is committed', async () => {
  const [one, two] = gateways;
  if (one) one.appliedRevision = 100;
  if (two) two.appliedRevision = 0;
  const answer = await create('acme', 'wait=1');
  expect(answer.status).toBe(201);
  expect(headersOf(answer)).toEqual(['wait=1', '1', two?.id]);
  expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(200);
});

test('a PATCH and a DELETE with Prefer: wait are answered once every gateway has applied them', async () => {
  for (const gateway of gateways) gateway.appliedRevision = 100;
  await create('acme');
  const headers = { prefer: 'wait=30' };
  const changed = await api.request('PATCH', '/v1/tenants/acme', { name: 'Acme' }, { headers });
  expect(headersOf(changed)).toEqual(['wait=30', '2', null]);
  const deleted = await api.request('DELETE', '/v1/tenants/acme', undefined, { headers });
  expect(deleted.status).toBe(204);
  expect(headersOf(deleted)).toEqual(['wait=30', '3', null]);
});

test.each([undefined, 'return=minimal', 'wait', 'wait=soon', 'wait=-1'])(
  'a write whose Prefer has no valid wait is answered at once: %s',
  async (prefer) => {
    const answer = await create('acme', prefer);
    expect(answer.status).toBe(201);
    expect(headersOf(answer)).toEqual([null, '1', null]);
  },
);

test('a refused write and a read are answered at once despite Prefer: wait', async () => {
  const refused = await create('No Slug', 'wait=30');
  expect(refused.status).toBe(422);
  const read = await api.request('GET', '/v1/tenants', undefined, { headers: { prefer: 'wait=30' } });
  expect([headersOf(refused), headersOf(read)]).toEqual([
    [null, null, null],
    [null, null, null],
  ]);
});
