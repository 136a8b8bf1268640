import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import { RecordingSink } from '../../../test/support/recording-sink.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';
import { Outbox } from './outbox.js';
import { SnapshotReader } from './snapshot-reader.js';

let sink: RecordingSink;
let api: ApiUnderTest;
beforeEach(async () => {
  sink = new RecordingSink();
  api = await ApiUnderTest.start({ sink });
});
afterEach(() => api.remove());

test('an empty configuration is published as a snapshot at revision 0', async () => {
  await vi.waitFor(() => expect(sink.snapshots).toMatchObject([{ revision: 0, entries: [] }]), longWait);
});

test('fifty concurrent writes take fifty revisions without a gap, and are published in order', async () => {
  await inStep();
  const writes = Array.from({ length: 50 }, (_, index) => makeTenant(`t${index}`));
  expect((await Promise.all(writes)).every(({ status }) => status === 201)).toBe(true);
  await vi.waitFor(() => expect(sink.changes).toHaveLength(50), longWait);
  const revisions = Array.from({ length: 50 }, (_, index) => index + 1);
  expect(sink.changes.map(({ revision }) => revision)).toEqual(revisions);
});

test('writes are accepted while the bus is unavailable, and published later', async () => {
  await inStep();
  sink.isAway = true;
  for (const slug of ['a', 'b', 'c']) expect((await makeTenant(slug)).status).toBe(201);
  expect(sink.changes).toEqual([]);
  sink.comeBack();
  await vi.waitFor(() => expect(sink.changes.map(({ revision }) => revision)).toEqual([1, 2, 3]), longWait);
});

test('a committed change that was not published before a crash is published at the next start', async () => {
  await inStep();
  sink.isAway = true;
  await makeTenant('acme');
  await api.stop();
  sink.isAway = false;
  api = await ApiUnderTest.start({ folder: api.folder, sink });
  await vi.waitFor(() => expect(sink.changes.map(({ revision }) => revision)).toEqual([1]), longWait);
  expect(sink.snapshots).toHaveLength(1);
  expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(200);
});

test('a bus that lost its data receives the whole snapshot under a new epoch', async () => {
  const { id } = (await makeTenant('acme')).body;
  await vi.waitFor(() => expect(sink.changes).toHaveLength(1), longWait);
  sink.position = null;
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.snapshots[1]).toMatchObject({ revision: 1, entries: [{ kind: 'tenant', id }] });
  expect(sink.snapshots[1]?.epoch).not.toBe(sink.snapshots[0]?.epoch);
});

test('the id of the fleet is created with the database, and does not change with a restart or a new epoch', async () => {
  await inStep();
  const fleetId = sink.snapshots[0]?.fleetId;
  expect(fleetId).toMatch(/^flt_[0-9a-z]{26}$/);
  await api.stop();
  sink.position = null;
  api = await ApiUnderTest.start({ folder: api.folder, sink });
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.snapshots[1]?.fleetId).toBe(fleetId);
  const other = await ApiUnderTest.start();
  await vi.waitFor(() => expect(other.sink.snapshots).toHaveLength(1), longWait);
  expect(other.sink.snapshots[0]?.fleetId).not.toBe(fleetId);
  await other.remove();
});

test('a bus with another epoch receives the whole snapshot', async () => {
  await inStep();
  sink.position = { epoch: 'another', revision: 70 };
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.position.epoch).toBe(sink.snapshots[0]?.epoch);
});

test('a restored database starts a new epoch, even if its revision is later than the revision of the bus', async () => {
  await inStep();
  const before = sink.snapshots[0]?.epoch;
  await makeTenant('kept');
  await api.stop();
  // The bus has a later revision of this epoch than the database.
  sink.position = { epoch: before ?? '', revision: 3 };
  sink.isAway = true;
  api = await ApiUnderTest.start({ folder: api.folder, sink });
  for (const slug of ['a', 'b', 'c', 'd']) await makeTenant(slug);
  sink.comeBack();
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.snapshots[1]?.revision).toBe(5);
  expect(sink.snapshots[1]?.epoch).not.toBe(before);
  await makeTenant('after');
  await vi.waitFor(() => expect(sink.changes.at(-1)?.revision).toBe(6), longWait);
});

test('a snapshot contains disabled routes and suspended tenants, but no revoked keys', async () => {
  await makeTenant('acme');
  const key = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' })).body;
  await api.request('DELETE', `/v1/tenants/acme/api-keys/${key.id}`);
  const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }], enabled: false };
  await api.request('POST', '/v1/tenants/acme/routes', route);
  await api.request('PATCH', '/v1/tenants/acme', { status: 'suspended' });
  const snapshot = await new SnapshotReader(api.database).read();
  expect(snapshot).toMatchObject({
    revision: 5,
    entries: [
      { kind: 'tenant', value: { status: 'suspended' } },
      { kind: 'route', value: { enabled: false } },
    ],
  });
});

test('a snapshot has the state of one revision, even if writes are committed while it is read', async () => {
  await makeTenant('first');
  const entries = await api.database.readConsistently(async (manager) => {
    const before = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    await makeTenant('second');
    const after = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    return [before.revision, after.revision];
  });
  expect(entries).toEqual([1, 1]);
});

test('the outbox keeps the newest ten thousand published changes', async () => {
  await inStep();
  const { epoch } = await api.database.write(async (manager) => {
    for (let first = 1; first <= 12_000; first += 100) {
      const rows = Array.from({ length: 100 }, (_, index) => first + index);
      const row = { committedAt: new Date().toISOString(), tenantId: 'ten', entries: [] };
      await manager.insert(
        OutboxRowEntity,
        rows.map((revision) => ({ revision, ...row })),
      );
    }
    await manager.update(ConfigStateEntity, { id: configStateId }, { revision: 12_000 });
    return manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
  });
  await api.stop();
  sink.position = { epoch, revision: 0 };
  api = await ApiUnderTest.start({ folder: api.folder, sink });
  const oldest = async () =>
    (await api.database.read.find(OutboxRowEntity, { order: { revision: 'ASC' }, take: 1 }))[0];
  await vi.waitFor(async () => expect((await oldest())?.revision).toBe(2001), {
    timeout: 30_000,
    interval: 200,
  });
}, 60_000);

test('the outbox is bounded in bytes, with a higher bound for unpublished changes', async () => {
  await inStep();
  const outbox = new Outbox(api.database);
  for (const slug of ['a', 'b', 'c', 'd', 'e', 'f']) await makeTenant(slug);
  const revisions = async (): Promise<number[]> =>
    (await api.database.read.find(OutboxRowEntity, { order: { revision: 'ASC' } })).map(
      ({ revision }) => revision,
    );
  const [row] = await api.database.read.query<{ bytes: number | string }[]>(
    'SELECT MAX(bytes) AS bytes FROM outbox',
  );
  const bytes = Number(row?.bytes);
  expect(bytes).toBeGreaterThan(100);
  const bounds = {
    ...{ maxRows: 100, keptRows: 100, maxBytes: bytes * 5, keptBytes: bytes * 4 },
    ...{ maxUnpublishedBytes: bytes * 10, keptUnpublishedBytes: bytes * 10 },
  };
  await outbox.prune(1, bounds);
  expect(await revisions()).toEqual([2, 3, 4, 5, 6]);
  await makeTenant('g');
  await outbox.prune(7, bounds);
  expect(await revisions()).toEqual([4, 5, 6, 7]);
  await outbox.prune(0, { ...bounds, maxUnpublishedBytes: bytes * 2, keptUnpublishedBytes: bytes });
  expect(await revisions()).toEqual([7]);
});

test('a bus that is reachable again after its changes were pruned receives the whole snapshot', async () => {
  await inStep();
  sink.isAway = true;
  for (const slug of ['a', 'b', 'c']) await makeTenant(slug);
  await api.database.write((manager) => manager.delete(OutboxRowEntity, { revision: 1 }));
  sink.comeBack();
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.snapshots[1]).toMatchObject({ revision: 3 });
  await makeTenant('d');
  await vi.waitFor(() => expect(sink.changes.map(({ revision }) => revision)).toEqual([4]), longWait);
});

test('a stopped publisher leaves no listeners', async () => {
  await inStep();
  expect(sink.listenerCount).toBe(1);
  await api.stop();
  expect(sink.listenerCount).toBe(0);
});

function makeTenant(slug: string): ReturnType<ApiUnderTest['request']> {
  return api.request('POST', '/v1/tenants', { slug });
}

async function inStep(): Promise<void> {
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(1), longWait);
}
