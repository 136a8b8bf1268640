import { expect } from 'vitest';
import { ApiUnderTest } from './api-under-test.js';

interface Shown {
  id: string;
  tenantId: string;
  name: string;
}

export interface ShownPage {
  items: Shown[];
  etags: string[];
  nextCursor: string | null;
  total?: number;
}

/** An API with a few tenants, routes and keys, and what its lists answer. */
export class ListsUnderTest {
  private constructor(
    readonly api: ApiUnderTest,
    /** A key of the tenant `acme` that may read. */
    readonly acmeKey: string,
  ) {}

  static async start(): Promise<ListsUnderTest> {
    const api = await ApiUnderTest.start();
    const make = async (path: string, body: object): Promise<{ id: string; key: string }> => {
      const answer = await api.request('POST', path, body);
      expect([answer.status, answer.text]).toMatchObject([201, expect.any(String)]);
      return answer.body;
    };
    await make('/v1/tenants', { slug: 'acme', name: 'Acme GmbH', hosts: null });
    await make('/v1/tenants', { slug: 'other', status: 'suspended' });
    await make('/v1/tenants', { slug: 'zeta', name: 'École Zeta', labels: { env: 'prod' } });
    const routes = { acme: [] as string[], other: [] as string[] };
    for (const { tenant, url = 'ws://10.0.0.5:9000/base', ...body } of routesOfTest) {
      const { id } = await make(`/v1/tenants/${tenant}/routes`, { ...body, upstreams: [{ url }] });
      routes[tenant].push(id);
    }
    const keys = '/v1/tenants/acme/api-keys';
    const { key } = await make(keys, { name: 'web', scopes: ['read', 'connect'], labels: { env: 'prod' } });
    const routeIds = routes.acme.slice(0, 1);
    await make(keys, { name: 'Mobile', expiresAt: '2031-01-01T00:00:00Z', routeIds });
    await make('/v1/tenants/other/api-keys', { name: 'web too', expiresAt: '2030-01-01T01:00:00+01:00' });
    const revoked = await make(keys, { name: 'ancient', scopes: ['manage'] });
    await api.request('DELETE', `${keys}/${revoked.id}`);
    return new ListsUnderTest(api, key);
  }

  /** One page. */
  async list(path: string, token?: string): Promise<ShownPage> {
    const answer = await this.api.request('GET', path, undefined, token === undefined ? {} : { token });
    expect([answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 500)]).toEqual([200, '']);
    return JSON.parse(answer.text) as ShownPage;
  }

  /** The names of all items, read in pages of one. */
  async names(path: string, query: string, token?: string): Promise<string[]> {
    const names: string[] = [];
    let cursor = '';
    for (;;) {
      const { items, nextCursor } = await this.list(`${path}?${query}&limit=1${cursor}`, token);
      names.push(...items.map(({ name }) => name));
      if (nextCursor === null) return names;
      cursor = `&cursor=${nextCursor}`;
    }
  }

  remove(): Promise<void> {
    return this.api.remove();
  }
}

interface RouteOfTest {
  tenant: 'acme' | 'other';
  name: string;
  match: object;
  enabled?: boolean;
  labels?: Record<string, string>;
  url?: string;
}

const routesOfTest: RouteOfTest[] = [
  {
    tenant: 'acme',
    name: 'Chat',
    labels: { env: 'prod', team: 'a=b' },
    match: { host: 'chat.acme.example', path: '/rooms/:room' },
  },
  { tenant: 'acme', name: 'zoo', match: { host: '*.acme.example', path: '/zoo' }, enabled: false },
  {
    tenant: 'acme',
    name: 'alerts',
    labels: { env: 'test', team: '' },
    match: { host: 'alerts.acme.example', path: '/socket', pathType: 'exact' },
    url: 'wss://Backend.example',
  },
  {
    tenant: 'other',
    name: 'Chat of others',
    labels: { env: 'prod' },
    match: { host: 'chat.other.example', path: '/chat' },
  },
];
