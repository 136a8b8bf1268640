import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminToken, ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { manyThings } from '../../../test/support/many-things.js';
import { maxEntriesPerChange } from '../plans/changes-of-plan.js';

const megabyte = 1024 * 1024;

let api: ApiUnderTest;
let sent: ClientRequest[];
beforeEach(async () => {
  api = await ApiUnderTest.start();
  sent = [];
});
afterEach(async () => {
  for (const one of sent) one.destroy();
  await api.remove();
});

test('a document of several megabytes is applied as a whole, in revisions of bounded size, and read back unchanged', async () => {
  const document = manyThings('acme', { routes: 1200, keys: 800 });
  const answer = await put(document);
  expect([answer.status, parsed(answer).created.length]).toEqual([200, 1 + 1200 + 800]);
  const revision = await api.revision();
  await api.published(revision);
  const sizes = api.sink.changes.map(({ entries }) => entries.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(maxEntriesPerChange);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1 + 1200 + 800);
  for (const query of ['', '?full=true']) {
    const exported = await api.request('GET', `/v1/config${query}`);
    if (query !== '') expect(exported.text.length).toBeGreaterThan(megabyte);
    expect(exported.headers.get('etag')).toBe(answer.headers.get('etag'));
    const again = await put(JSON.parse(exported.text) as object);
    expect(parsed(again)).toMatchObject({ revision, created: [], updated: [], deleted: [] });
  }
  expect(await api.revision()).toBe(revision);
  expect(await api.audited('route.create')).toHaveLength(1200);
}, 60_000);

test('many routes swap their hosts and paths, each swap in one revision, and no route is missing or duplicated in between', async () => {
  const document = manyThings('acme', { routes: 400, keys: 0 });
  await put(document);
  await api.published(await api.revision());
  const exported = JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as typeof document;
  const routes = exported.tenants[0]?.routes ?? [];
  const half = routes.length / 2;
  const matches = routes.map(({ match }) => match);
  // The first route takes the host and path of the last one, and so on: each pair is half the document apart.
  routes.forEach((route, index) => Object.assign(route, { match: matches[(index + half) % matches.length] }));
  const before = api.sink.changes.length;
  expect((await put(exported)).status).toBe(200);
  await api.published(await api.revision());
  const claims = new Map<string, string>();
  for (const [index, { entries }] of api.sink.changes.entries()) {
    for (const { kind, id, value } of entries) {
      if (kind !== 'route') continue;
      expect(value, 'no route is missing in between').not.toBeNull();
      if (value !== null) claims.set(id, value.match.host + value.match.path);
    }
    if (index >= before) expect(new Set(claims.values()).size).toBe(400);
  }
});

test.each([
  ['DELETE', '/v1/tenants/acme', undefined],
  ['PUT', '/v1/config?deleteTenants=true', { version: 1, tenants: [] }],
])(
  '%s %s deletes a tenant with many resources in revisions of bounded size, the tenant last, and audits each deletion',
  async (method, path, body) => {
    await put(manyThings('acme', { routes: 400, keys: 50 }));
    await api.published(await api.revision());
    const before = api.sink.changes.length;
    expect((await api.request(method, path, body)).status).toBeLessThan(300);
    await api.published(await api.revision());
    const changes = api.sink.changes.slice(before);
    expect(Math.max(...changes.map(({ entries }) => entries.length))).toBeLessThanOrEqual(
      maxEntriesPerChange,
    );
    const entries = changes.flatMap((change) => change.entries);
    expect([entries.length, entries.at(-1)?.kind]).toEqual([451, 'tenant']);
    expect(entries.every(({ value }) => value === null)).toBe(true);
    const audited = await api.audited('tenant.delete', 'route.delete', 'apiKey.revoke');
    expect(audited.map(({ targetId }) => targetId).sort()).toEqual(entries.map(({ id }) => id).sort());
    expect(audited.every(({ before: state, after }) => state !== null && after === null)).toBe(true);
  },
);

test('a document without authorization is refused before its body is sent', async () => {
  const { body: viewer } = await api.request('POST', '/v1/operators', { name: 'Ada', role: 'viewer' });
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const { body: key } = await api.request('POST', '/v1/tenants/acme/api-keys', {
    name: 'ci',
    scopes: ['manage'],
  });
  const tokens = [null, 'wrong', (viewer as unknown as { token: string }).token, key.key];
  const statuses: (number | undefined)[] = [];
  for (const token of tokens) statuses.push((await answered(open(token, 60 * megabyte))).statusCode);
  expect(statuses).toEqual([401, 401, 403, 403]);
});

test('a document may be far larger than other bodies', async () => {
  const raw = `{"version":1,${' '.repeat(70 * megabyte)}"tenants":[]}`;
  expect((await api.request('PUT', '/v1/config', undefined, { raw })).status).toBe(200);
});

test('a document above the limit is refused by its Content-Length; other bodies are limited to 1 MiB', async () => {
  expect((await answered(open(adminToken, 501 * megabyte))).statusCode).toBe(413);
  const long = { raw: JSON.stringify({ slug: 'acme', name: ' '.repeat(2 * megabyte) }) };
  expect((await api.request('POST', '/v1/tenants', undefined, long)).status).toBe(413);
  const oneThing = {
    raw: JSON.stringify({ version: 1, tenants: [{ slug: 'a', routes: [' '.repeat(5 * megabyte)] }] }),
  };
  expect((await api.request('PUT', '/v1/config', undefined, oneThing)).status).toBe(413);
});

test('a body that is not JSON, not UTF-8 or compressed is refused', async () => {
  for (const raw of ['{"version":1,"tenants":[}', '{"version":1,"tenants":[]} x']) {
    const answer = await api.request('PUT', '/v1/config', undefined, { raw });
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_json']);
  }
  const broken = open(adminToken, null);
  broken.end(Buffer.from([0x22, 0xff, 0x22]));
  expect((await answered(broken)).statusCode).toBe(400);
  const headers = { 'content-encoding': 'gzip' };
  expect((await api.request('PUT', '/v1/config', undefined, { raw: '{}', headers })).status).toBe(415);
});

test('a document whose sender stalls or disconnects does not block others', async () => {
  const stalled = open(adminToken, 1000);
  stalled.write('{');
  expect((await put({ version: 1, tenants: [] })).status).toBe(200);
  stalled.destroy();
  expect((await put({ version: 1, tenants: [] })).status).toBe(200);
});

function put(document: object): Promise<ApiAnswer> {
  return api.request('PUT', '/v1/config', document);
}

function parsed({ text: json }: ApiAnswer): { created: unknown[] } {
  return JSON.parse(json) as { created: unknown[] };
}

/** Begins a PUT; the test writes the body. */
function open(token: string | null, length: number | null): ClientRequest {
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(length === null ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }),
  };
  const put = request(`${api.url}/v1/config`, { method: 'PUT', headers });
  // An answer before the whole body was sent resets the connection.
  put.on('error', () => undefined);
  put.flushHeaders();
  sent.push(put);
  return put;
}

async function answered(put: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(put, 'response')) as [IncomingMessage];
  await text(response);
  return response;
}
