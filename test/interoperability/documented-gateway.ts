import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { runToEnd } from '../support/child-program.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { documentedProgram, documentedRoutes, type DocumentedRoute } from './documented-examples.js';
import { pythonWithWebSockets } from './python.js';

// With this header, the API answers after the gateway has applied the change.
const applied = { Prefer: 'wait=15' };

/** The places for the key of a client. */
export const keySources = ['header', 'query', 'subprotocol'] as const;

/** The changes of a documented route to one without a key, at another path. */
export const withoutKey = { auth: { mode: 'none' }, match: { path: '/open' } };

/** A key of the tenant. */
export interface TestKey {
  key: string;
  revoke: () => Promise<unknown>;
}

/** A documented route to a server of the test. */
export interface PublishedExample {
  /** The URL of the route at the gateway. */
  url: string;
  change: (fields: object) => Promise<unknown>;
}

/** API and gateway in this process, with a tenant for the routes of docs/interoperability.md. */
export class DocumentedGateway {
  /** The paths of the test's routes in the API. */
  #published: string[] = [];

  private constructor(private readonly sluice: SluiceInProcess) {}

  static async start(): Promise<DocumentedGateway> {
    const sluice = await startSluice();
    await sluice.rest.call('POST', '/tenants', { slug: 'acme' });
    return new DocumentedGateway(sluice);
  }

  /** The URL of the gateway, without a path. */
  get url(): string {
    return this.sluice.gatewayUrl.replace(/\/$/, '');
  }

  get echoPort(): number {
    return Number(new URL(this.sluice.echoUrl).port);
  }

  /** Publishes the route under a heading of the document; `changes` replace its fields. */
  async publish(heading: string, port: number, changes: object = {}): Promise<PublishedExample> {
    const [route] = documentedRoutes(heading, port);
    if (route === undefined) throw new Error(`there is no route under "## ${heading}"`);
    return this.publishRoute({ ...route, ...changes });
  }

  /** Publishes a route until the end of the test. */
  async publishRoute(route: DocumentedRoute): Promise<PublishedExample> {
    const { id } = await this.sluice.rest.call('POST', '/tenants/acme/routes', route, applied);
    const path = `/tenants/acme/routes/${id}`;
    this.#published.push(path);
    return {
      url: this.url + route.match.path,
      change: (fields) => this.sluice.rest.call('PATCH', path, fields, applied),
    };
  }

  async key(): Promise<TestKey> {
    const keys = '/tenants/acme/api-keys';
    const { id, key } = await this.sluice.rest.call('POST', keys, { name: randomUUID() }, applied);
    return {
      key,
      revoke: () => this.sluice.rest.call('DELETE', `${keys}/${id}`, undefined, applied),
    };
  }

  /** Runs the program under a heading of the document; returns what it prints. */
  async run(heading: string, language: 'js' | 'python'): Promise<string> {
    const { key } = await this.key();
    const program = documentedProgram(heading, language);
    const command: [string, string[]] =
      language === 'js'
        ? [process.execPath, ['--input-type=module', '--eval', program]]
        : [pythonWithWebSockets(), ['-c', program]];
    const environment = { PATH: process.env['PATH'], GATEWAY: this.url, KEY: key };
    const { exitCode, output } = await runToEnd(...command, environment);
    expect(exitCode, output).toBe(0);
    return output;
  }

  /** Ends a test: waits until its connections have ended, and deletes its routes. */
  async reset(): Promise<void> {
    const connections = async (): Promise<unknown[]> =>
      (await this.sluice.rest.call('GET', '/connections?tenant=acme')).items;
    await expect.poll(connections).toEqual([]);
    for (const path of this.#published.splice(0)) await this.sluice.rest.call('DELETE', path);
  }

  close(): Promise<void> {
    return this.sluice.close();
  }
}
