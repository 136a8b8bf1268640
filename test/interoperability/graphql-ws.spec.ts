import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buildSchema, execute, subscribe, validate } from 'graphql';
import { createClient, type Client, type ClientOptions, type ExecutionResult } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ClientOptions as WebSocketOptions, WebSocket, WebSocketServer } from 'ws';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';

const heading = 'graphql-ws';
const schema = buildSchema(`
  type Query { greeting(name: String!): String! }
  type Subscription { count(to: Int!): Int!, server: String! }
`);
let gateway: DocumentedGateway;
let servers: WebSocketServer[];
let clients: Client[];

beforeAll(async () => {
  gateway = await DocumentedGateway.start();
});

beforeEach(() => {
  [servers, clients] = [[], []];
});

afterEach(async () => {
  for (const client of clients) await client.dispose();
  await gateway.reset();
  for (const server of servers) server.close();
});

afterAll(() => gateway.close());

/** Starts a server of graphql-ws at /graphql; returns its port. */
async function startServer(name = 'only'): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/graphql' });
  const roots = { query: { greeting }, subscription: { count, server: () => endless(name) } };
  // Vitest and graphql-ws load different copies of graphql, and a schema belongs to one copy.
  useServer({ schema, roots, execute, subscribe, validate }, server);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const greeting = ({ name }: { name: string }): string => `hello ${name}`;

async function* count({ to }: { to: number }): AsyncGenerator<{ count: number }> {
  for (let value = 1; value <= to; value += 1) yield await Promise.resolve({ count: value });
}

/** A subscription that sends the name of its server, and does not end. */
async function* endless(server: string): AsyncGenerator<{ server: string }> {
  yield { server };
  await new Promise<never>(() => undefined);
}

type WebSocketImplementation = new (url: string, subprotocol: string) => WebSocket;

/** A WebSocket that adds header fields and subprotocols, for which graphql-ws has no option. */
function webSocketWith(options: WebSocketOptions, subprotocols: string[] = []): WebSocketImplementation {
  return class extends WebSocket {
    constructor(url: string, subprotocol: string) {
      super(url, [...subprotocols, subprotocol], options);
    }
  };
}

function connect(options: ClientOptions): Client {
  const client = createClient({ webSocketImpl: WebSocket, retryWait: () => Promise.resolve(), ...options });
  clients.push(client);
  return client;
}

async function results(client: Client, query: string): Promise<ExecutionResult['data'][]> {
  const found = [];
  for await (const { data } of client.iterate({ query })) found.push(data);
  return found;
}

function optionsWith(source: (typeof keySources)[number], url: string, key: string): ClientOptions {
  if (source === 'query') return { url: `${url}?api_key=${key}` };
  const webSocketImpl =
    source === 'header'
      ? webSocketWith({ headers: { 'X-Api-Key': key } })
      : webSocketWith({}, [`sluice.key.${key}`]);
  return { url, webSocketImpl };
}

test('the documented client of graphql-ws gets its results', async () => {
  await gateway.publish(heading, await startServer());
  expect(await gateway.run(heading, 'js')).toBe('1\n2\n3\n');
});

test.each(keySources)('graphql-ws queries and subscribes with a key in the %s', async (source) => {
  const { url } = await gateway.publish(heading, await startServer());
  const { key } = await gateway.key();
  const client = connect(optionsWith(source, url, key));
  const connected = new Promise<string>((resolve) =>
    client.on('connected', (socket) => resolve((socket as WebSocket).protocol)),
  );
  expect(await results(client, '{ greeting(name: "Ada") }')).toEqual([{ greeting: 'hello Ada' }]);
  expect(await results(client, 'subscription { count(to: 2) }')).toEqual([{ count: 1 }, { count: 2 }]);
  expect(await connected).toBe('graphql-transport-ws');
});

test('graphql-ws subscribes again, at another server, after the drain of its upstream with 1012', async () => {
  const { url, change } = await gateway.publish(heading, await startServer('first'), withoutKey);
  const client = connect({ url });
  const closed = new Promise<unknown>((resolve) => client.on('closed', resolve));
  const subscription = client.iterate({ query: 'subscription { server }' });
  expect((await subscription.next()).value).toEqual({ data: { server: 'first' } });
  await change({ upstreams: [{ url: `http://127.0.0.1:${await startServer('second')}` }] });
  expect((await subscription.next()).value).toEqual({ data: { server: 'second' } });
  expect(await closed).toMatchObject({ code: 1012 });
});

test('graphql-ws ends its subscription with 1008 when its key is revoked', async () => {
  const { url } = await gateway.publish(heading, await startServer());
  const { key, revoke } = await gateway.key();
  const subscription = connect({ url: `${url}?api_key=${key}` }).iterate({
    query: 'subscription { server }',
  });
  await subscription.next();
  const ended = expect(subscription.next()).rejects.toMatchObject({ code: 1008, reason: 'key revoked' });
  await revoke();
  await ended;
});
