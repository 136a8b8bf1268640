import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import 'reflect-metadata';
import { createInProcessConfigBus } from '#libs/config-bus';
import { createInProcessTickets } from '#libs/credentials';
import { createInProcessFleet } from '#libs/fleet';
import { readApiSettings } from '#libs/settings';
import { startApi } from '../../apps/api/start-api.js';
import type { JsonSchema, Schemas } from './schema-values.js';

/** An operation of openapi.json with a body, on an existing resource. */
export interface BodyOperation {
  id: string;
  method: string;
  path: string;
  schema: JsonSchema;
}

interface DescribedOperation {
  operationId: string;
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
}

interface OpenApi {
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { schemas: Schemas };
}

const adminToken = 'an-admin-token-for-fuzzing';

/** An API with a tenant, a route and a key, in a temporary folder. */
export class FuzzedApi {
  operations: BodyOperation[] = [];
  schemas: Schemas = {};

  private constructor(
    private readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<FuzzedApi> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-fuzz-'));
    const settings = readApiSettings({
      SLUICE_DATA_DIR: folder,
      SLUICE_API_LISTEN: '127.0.0.1:0',
      SLUICE_ADMIN_TOKEN: adminToken,
    });
    const logger = pino({ level: 'silent' });
    const { sink } = createInProcessConfigBus();
    const { fleet } = createInProcessFleet({ logger });
    const tickets = createInProcessTickets();
    const running = await startApi({ settings, sink, fleet, tickets, logger });
    const api = new FuzzedApi(running.url, async () => {
      await running.close();
      await fleet.close();
      await rm(folder, { recursive: true, force: true });
    });
    await api.#describe();
    return api;
  }

  request(method: string, path: string, body?: string, type = 'application/json'): Promise<Response> {
    return fetch(this.url + path, {
      method,
      // On a slow machine the server may close a keep-alive connection just when the client reuses it.
      headers: {
        connection: 'close',
        authorization: `Bearer ${adminToken}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    });
  }

  /** The newest revision and the number of audit entries, which a refused write must not change. */
  async standing(): Promise<string> {
    const audit = await this.request('GET', '/v1/audit?limit=1');
    return audit.text();
  }

  close(): Promise<void> {
    return this.end();
  }

  async #describe(): Promise<void> {
    const { paths, components } = (await (await this.request('GET', '/openapi.json')).json()) as OpenApi;
    this.schemas = components.schemas;
    const parameters = await this.#makeThings();
    const all = Object.entries(paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ template, method, operation })),
    );
    this.operations = all.flatMap(({ template, method, operation: { operationId: id, requestBody } }) => {
      const schema = requestBody?.content['application/json']?.schema;
      const path = template.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? name);
      // Tenants missing from the document would be deleted, including the resources that the other operations
      // use.
      const query = id === 'replaceConfiguration' ? '?dryRun=true&deleteTenants=true' : '';
      // Without a gateway a valid explanation is 503.
      if (id === 'explain') return [];
      return schema ? [{ id, method: method.toUpperCase(), path: path + query, schema }] : [];
    });
  }

  async #makeThings(): Promise<Record<string, string>> {
    const make = async (path: string, body: object): Promise<string> => {
      const answer = await this.request('POST', path, JSON.stringify(body));
      return ((await answer.json()) as { id: string }).id;
    };
    const tenant = await make('/v1/tenants', { slug: 'fuzzed' });
    const upstreams = [{ url: 'ws://10.0.0.5' }];
    const route = await make(`/v1/tenants/${tenant}/routes`, { match: { path: '/fuzzed' }, upstreams });
    const key = await make(`/v1/tenants/${tenant}/api-keys`, { name: 'fuzzed' });
    return { tenant, route, key };
  }
}
