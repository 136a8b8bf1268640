import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

interface Document {
  version: 1;
  tenants: { slug: string; name: string }[];
}

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  for (const slug of ['acme', 'other']) await api.request('POST', '/v1/tenants', { slug });
});
afterEach(() => api.remove());

test('a document sent with If-Match does not undo a write committed after it was read', async () => {
  const statuses = new Set<number>();
  for (let round = 0; round < 20; round += 1) {
    const { text, headers } = await api.request('GET', '/v1/config?full=true');
    const document = JSON.parse(text) as Document;
    Object.assign(document.tenants[1] ?? {}, { name: `document ${String(round)}` });
    const ifMatch = { headers: { 'If-Match': headers.get('etag') ?? '' } };
    const single = { name: `single ${String(round)}` };
    const [applied, written] = await Promise.all([
      api.request('PUT', '/v1/config', document, ifMatch),
      api.request('PATCH', '/v1/tenants/acme', single),
    ]);
    expect(written.status).toBe(200);
    statuses.add(applied.status);
    const [acme, other] = (JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as Document)
      .tenants;
    expect(acme?.name).toBe(single.name);
    expect(other?.name === `document ${String(round)}`).toBe(applied.status === 200);
  }
  expect([...statuses].every((status) => status === 200 || status === 412)).toBe(true);
});

test('concurrent documents and single writes leave no gap in the revisions, and each document is applied as a whole', async () => {
  const documents = Array.from({ length: 10 }, (_, index) => ({
    version: 1,
    tenants: ['acme', 'other'].map((slug) => ({ slug, name: `document ${String(index)}` })),
  }));
  const answers = await Promise.all([
    ...documents.map((document) => api.request('PUT', '/v1/config', document)),
    ...Array.from({ length: 20 }, (_, index) =>
      api.request('PATCH', '/v1/tenants/other', { status: index % 2 === 0 ? 'suspended' : 'active' }),
    ),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(30).fill(200));
  const { tenants } = JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as Document;
  expect(tenants.map(({ name }) => name)).toEqual([tenants[0]?.name, tenants[0]?.name]);
  const rows = await api.database.read.find(OutboxRowEntity, { order: { revision: 'ASC' } });
  const revision = await api.revision();
  expect(rows.map((row) => row.revision)).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
});
