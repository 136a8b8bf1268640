import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket } from '../../../test/support/api-socket.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';

const slugs = ['acme', 'beta', 'other'] as const;

let api: ApiUnderTest;
let gateway: CommandedGateway;
let tenantIds: Record<(typeof slugs)[number], string>;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateway = api.fleet.addGateway();
  tenantIds = { acme: '', beta: '', other: '' };
  for (const slug of slugs) {
    tenantIds[slug] = (
      await api.request('POST', '/v1/tenants', { slug, hosts: [`${slug}.example`] })
    ).body.id;
    await api.request('POST', `/v1/tenants/${slug}/routes`, aRoute(slug));
    await api.request('POST', `/v1/tenants/${slug}/api-keys`, { name: slug, scopes: ['connect'] });
    gateway.connect(tenantIds[slug]);
  }
});
afterEach(() => api.remove());

test('lists, connections, audit and webhooks have what belongs to the tenants of the operator, and nothing else', async () => {
  for (const slug of slugs) {
    const webhook = { tenant: slug, url: `https://${slug}.example/`, events: ['quota.exceeded'] };
    expect((await api.request('POST', '/v1/webhooks', webhook)).status).toBe(201);
  }
  const { token } = await limitedTo(['acme', 'beta']);
  const both = [tenantIds.acme, tenantIds.beta].sort();
  expect((await as(token, 'GET', '/v1/tenants?total=true')).body).toMatchObject({ total: 2 });
  for (const path of ['routes', 'api-keys', 'connections', 'audit', 'webhooks']) {
    const { items } = (await as(token, 'GET', `/v1/${path}?limit=100`)).body as unknown as Page;
    expect([path, [...new Set(items.map(({ tenantId }) => tenantId))].sort()]).toEqual([path, both]);
    const elsewhere = await as(token, 'GET', `/v1/${path}?tenant=other`);
    if (path !== 'webhooks') expect([path, elsewhere.status]).toEqual([path, 404]);
  }
  const counts = await as(token, 'GET', '/v1/connections/counts?by=tenant');
  expect(counts.body).toMatchObject({ total: 2 });
  const closed = await as(token, 'DELETE', '/v1/connections?all=true');
  expect(closed.body).toMatchObject({ matched: 2 });
});

test('the resources of other tenants are not found, and those of the platform are forbidden', async () => {
  const { token } = await limitedTo(['acme', 'beta']);
  const [connection] = gateway.connections.filter(({ tenantId }) => tenantId === tenantIds.other);
  for (const path of ['tenants/other', 'tenants/other/routes', `connections/${connection?.id ?? ''}`]) {
    expect((await as(token, 'GET', `/v1/${path}`)).status).toBe(404);
  }
  for (const path of ['operators', 'gateways', 'config', 'config?label=env']) {
    expect((await as(token, 'GET', `/v1/${path}`)).status).toBe(403);
  }
  expect((await as(token, 'POST', '/v1/tenants', { slug: 'more' })).status).toBe(403);
  expect((await as(token, 'DELETE', '/v1/tenants/acme')).status).toBe(403);
});

test('an operator of the role admin changes its tenants as their own keys would, a viewer only reads', async () => {
  const { token } = await limitedTo(['acme', 'beta']);
  const viewer = (await limitedTo(['acme', 'beta'], 'viewer')).token;
  expect((await as(token, 'PATCH', '/v1/tenants/beta', { name: 'Beta' })).status).toBe(200);
  expect((await as(viewer, 'PATCH', '/v1/tenants/beta', { name: 'B' })).status).toBe(403);
  expect((await as(viewer, 'GET', '/v1/tenants/beta')).status).toBe(200);
  expect((await as(token, 'PATCH', '/v1/tenants/beta', { hosts: null })).status).toBe(403);
  const taken = await as(token, 'POST', '/v1/tenants/beta/routes', aRoute('other'));
  expect([taken.status, taken.body.code]).toEqual([403, 'host_forbidden']);
});

test('a configuration document is that of one of its tenants; another tenant is not found', async () => {
  const { token } = await limitedTo(['acme', 'beta']);
  const read = await as(token, 'GET', '/v1/config?tenant=beta');
  expect([read.status, read.text.includes(tenantIds.other)]).toEqual([200, false]);
  expect(read.body).toMatchObject({ tenants: [{ slug: 'beta' }] });
  for (const reference of ['other', tenantIds.other, 'nobody']) {
    const document = { version: 1, tenants: [{ slug: 'other' }] };
    for (const answer of [
      await as(token, 'GET', `/v1/config?tenant=${reference}`),
      await as(token, 'PUT', `/v1/config?tenant=${reference}`, document),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  }
});

test('a document of a tenant changes its routes and keys, after a dry run with the same difference', async () => {
  const { token } = await limitedTo(['beta']);
  const viewer = (await limitedTo(['beta'], 'viewer')).token;
  const tenants = [{ slug: 'beta', name: 'Beta', hosts: ['beta.example'], routes: [aRoute('beta', '/new')] }];
  const put = (sender: string, query = ''): Promise<ApiAnswer> =>
    as(sender, 'PUT', `/v1/config?tenant=beta${query}`, { version: 1, tenants });
  const planned = await put(token, '&dryRun=true');
  expect([planned.status, (await put(viewer)).status]).toEqual([200, 403]);
  const applied = await put(token);
  expect(applied.status).toBe(200);
  expect(differenceOf(applied)).toEqual(differenceOf(planned));
  const { items } = (await as(token, 'GET', '/v1/tenants/beta/routes')).body as unknown as Paths;
  expect(items.map(({ match }) => match.path)).toEqual(['/new']);
  expect((await api.request('GET', '/v1/tenants/other/routes')).body.items).toHaveLength(1);
});

test.each([
  ['deletes the tenant', [], '403 forbidden'],
  ['changes hosts', [{ slug: 'beta', hosts: null }], '403 forbidden'],
  ['changes limits', [{ slug: 'beta', limits: { maxConnections: 9 } }], '403 forbidden'],
  ['renames its slug', [{ id: 'beta', slug: 'gamma' }], '403 forbidden'],
  ['has another tenant', [{ slug: 'beta' }, { slug: 'other' }], '422 validation_failed'],
  ['takes a host of another tenant', [{ slug: 'beta', routes: [aRoute('other')] }], '403 host_forbidden'],
  ['takes any host', [{ slug: 'beta', routes: [aRoute('new')] }], '403 host_forbidden'],
])(
  'a document of a tenant that %s is refused, and names no other tenant',
  async (_what, declared, refusal) => {
    const { token } = await limitedTo(['beta']);
    const tenants = declared.map((tenant) => ({
      hosts: ['beta.example'],
      ...tenant,
      ...('id' in tenant && { id: tenantIds.beta }),
    }));
    const path = '/v1/config?tenant=beta&deleteTenants=true';
    const { status, body, text } = await as(token, 'PUT', path, { version: 1, tenants });
    expect(`${status} ${body.code}`).toBe(refusal);
    expect(text).not.toMatch(new RegExp(`${tenantIds.other}|rte_`));
  },
);

test('a document of a tenant keeps to its maximum of routes and keys', async () => {
  const limits = { limits: { maxRoutes: 1, maxApiKeys: 1 } };
  await api.request('PATCH', '/v1/tenants/beta', limits);
  const { token } = await limitedTo(['beta']);
  const put = (routes: object[], apiKeys: object[]): Promise<ApiAnswer> => {
    const tenants = [{ slug: 'beta', hosts: ['beta.example'], ...limits, routes, apiKeys }];
    return as(token, 'PUT', '/v1/config?tenant=beta', { version: 1, tenants });
  };
  const key = (prefix: string): object => ({
    name: prefix,
    prefix: `slc_${prefix}`,
    secretHash: 'a'.repeat(64),
  });
  const one = [aRoute('beta', '/a')];
  expect((await put(one, [key('AbC123dEf456')])).status).toBe(200);
  for (const [routes, keys] of [
    [[...one, aRoute('beta', '/b')], []],
    [one, [key('AbC123dEf456'), key('AbC123dEf457')]],
  ] as const) {
    const answer = await put([...routes], [...keys]);
    expect(`${answer.status} ${answer.body.code}`).toBe('409 quota_exceeded');
  }
});

test('a webhook of an operator with several tenants names one of them', async () => {
  const { token } = await limitedTo(['acme', 'beta']);
  const webhook = { url: 'https://hooks.example/', events: ['quota.exceeded'] };
  const refused = await as(token, 'POST', '/v1/webhooks', webhook);
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, 'tenant']);
  expect((await as(token, 'POST', '/v1/webhooks', { ...webhook, tenant: 'beta' })).status).toBe(201);
});

test('events are those of its tenants, live and from a revision on', async () => {
  const { token } = await limitedTo(['acme', 'beta']);
  const since = await api.revision();
  for (const slug of slugs) await api.request('PATCH', `/v1/tenants/${slug}`, { name: `${slug} 2` });
  const { messages } = await openApiSocket(api, `/v1/events?since=${since}`, { token });
  await vi.waitFor(() => expect(namedIn(messages)).toEqual([tenantIds.acme, tenantIds.beta]), longWait);
  for (const slug of slugs) await api.request('PATCH', `/v1/tenants/${slug}`, { name: `${slug} 3` });
  await api.request('PATCH', '/v1/tenants/beta', { name: 'last' });
  const expected = [tenantIds.acme, tenantIds.beta, tenantIds.acme, tenantIds.beta, tenantIds.beta];
  await vi.waitFor(() => expect(namedIn(messages)).toEqual(expected), longWait);
});

test('after the deletion of its only tenant an operator sees nothing, also when it is renamed', async () => {
  const { token, id } = await limitedTo(['acme']);
  expect((await api.request('DELETE', '/v1/tenants/acme')).status).toBe(204);
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  expect((await api.request('PATCH', `/v1/operators/${id}`, { name: 'Lin 2' })).status).toBe(200);
  for (const path of ['tenants', 'routes', 'api-keys', 'connections']) {
    expect((await as(token, 'GET', `/v1/${path}`)).body.items).toEqual(
      path === 'connections' ? expect.anything() : [],
    );
  }
  expect((await as(token, 'GET', '/v1/tenants/acme')).status).toBe(404);
  expect((await as(token, 'GET', '/v1/gateways')).status).toBe(403);
});

test('with other tenants its WebSockets close with 1008, and the change is audited', async () => {
  const { token, id } = await limitedTo(['acme']);
  const { closed } = await openApiSocket(api, '/v1/events', { token });
  const changed = await api.request('PATCH', `/v1/operators/${id}`, { tenantIds: [tenantIds.beta] });
  expect(changed.body).toMatchObject({ tenantIds: [tenantIds.beta] });
  expect(await closed).toEqual([1008, 'role changed']);
  expect((await as(token, 'GET', '/v1/tenants/acme')).status).toBe(404);
  expect((await as(token, 'GET', '/v1/tenants/beta')).status).toBe(200);
  const [row] = await api.audited('operator.update');
  expect(row?.after).toBe(JSON.stringify({ tenantIds: [tenantIds.beta] }));
});

test('an operator is limited to tenants that exist, at least one and each once', async () => {
  const missing = 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x';
  for (const [ids, field] of [
    [[], 'tenantIds'],
    [[tenantIds.acme, tenantIds.acme], 'tenantIds'],
    [[tenantIds.acme, missing], 'tenantIds.1'],
    [['acme'], 'tenantIds.0'],
  ] as const) {
    const answer = await api.request('POST', '/v1/operators', { name: 'Lin', role: 'admin', tenantIds: ids });
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([422, field]);
  }
});

interface Page {
  items: { tenantId: string }[];
}

interface Paths {
  items: { match: { path: string } }[];
}

/** The difference without what the next plan has anew: ids and times. */
function differenceOf({ text }: ApiAnswer): object {
  const compared = text.replace(/(rte_|\d{4}-\d\d-\d\dT)[\w:.]+/g, '$1…');
  return { ...(JSON.parse(compared) as object), dryRun: null, revision: null };
}

function aRoute(host: string, path = '/'): object {
  return { match: { host: `${host}.example`, path }, upstreams: [{ url: 'ws://10.0.0.5' }] };
}

async function limitedTo(
  names: (keyof typeof tenantIds)[],
  role = 'admin',
): Promise<{ token: string; id: string }> {
  const ids = names.map((name) => tenantIds[name]);
  const { text } = await api.request('POST', '/v1/operators', { name: 'Lin', role, tenantIds: ids });
  return JSON.parse(text) as { token: string; id: string };
}

function as(token: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return api.request(method, path, body, { token });
}

/** The ids of the tenants in events of changes. */
function namedIn(messages: unknown[]): string[] {
  return [...JSON.stringify(messages).matchAll(/"id":"(ten_[^"]+)"/g)].map(([, id = '']) => id);
}
