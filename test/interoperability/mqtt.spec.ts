import { once } from 'node:events';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';
import { startMosquitto, type Mosquitto } from './mosquitto.js';

const heading = 'MQTT over WebSocket';
let gateway: DocumentedGateway;
let broker: Mosquitto;
let clients: MqttClient[];
let webSockets: WebSocket[];
let failures: string[];

beforeAll(async () => {
  [gateway, broker] = await Promise.all([DocumentedGateway.start(), startMosquitto()]);
});

beforeEach(() => {
  [clients, webSockets, failures] = [[], [], []];
});

afterEach(async () => {
  for (const client of clients) await client.endAsync(true);
  await gateway.reset();
});

afterAll(async () => {
  await gateway.close();
  await broker.stop();
});

/** Connects; the WebSockets that the client opens are kept in `webSockets`. */
async function connect(
  url: string,
  { subprotocols = [], headers = {} }: KeyOptions = {},
): Promise<MqttClient> {
  const options: IClientOptions = {
    reconnectPeriod: 10,
    createWebsocket: (target, offered) => {
      const webSocket = new WebSocket(target, [...offered, ...subprotocols], { headers });
      webSocket.on('error', ({ message }) => failures.push(message));
      webSockets.push(webSocket);
      return webSocket;
    },
  };
  const client = await mqtt.connectAsync(url, options);
  clients.push(client);
  return client;
}

/** The next close of a WebSocket, as the client gets it. */
async function nextClose(): Promise<[code: number, reason: string]> {
  const [webSocket] = webSockets;
  if (webSocket === undefined) throw new Error('the client has opened no WebSocket');
  const [code, reason] = (await once(webSocket, 'close')) as [number, Buffer];
  return [code, String(reason)];
}

interface KeyOptions {
  subprotocols?: string[];
  headers?: Record<string, string>;
}

const targetWith: Record<(typeof keySources)[number], (url: string, key: string) => [string, KeyOptions]> = {
  header: (url, key) => [url, { headers: { 'X-Api-Key': key } }],
  query: (url, key) => [`${url}?api_key=${key}`, {}],
  subprotocol: (url, key) => [url, { subprotocols: [`sluice.key.${key}`] }],
};

function nextMessage(client: MqttClient): Promise<[topic: string, payload: number[]]> {
  return new Promise((resolve) => client.once('message', (topic, payload) => resolve([topic, [...payload]])));
}

test('the documented client of MQTT gets its message', async () => {
  await gateway.publish(heading, broker.port);
  expect(await gateway.run(heading, 'js')).toBe('rooms/1 warm\n');
});

test.each(keySources)(
  'MQTT publishes and receives through Mosquitto with a key in the %s',
  async (source) => {
    const { url } = await gateway.publish(heading, broker.port);
    const { key } = await gateway.key();
    const client = await connect(...targetWith[source](url, key));
    expect(webSockets[0]?.protocol).toBe('mqtt');
    await client.subscribeAsync('bytes', { qos: 2 });
    const received = nextMessage(client);
    await client.publishAsync('bytes', Buffer.from([0, 255, 128]), { qos: 2 });
    expect(await received).toEqual(['bytes', [0, 255, 128]]);
  },
);

test('MQTT keeps its subscription after the drain of its upstream with 1012', async () => {
  const { url, change } = await gateway.publish(heading, broker.port, withoutKey);
  const client = await connect(url);
  await client.subscribeAsync('rooms/1');
  const closed = nextClose();
  const connectedAgain = new Promise((resolve) => client.once('connect', resolve));
  const next = await startMosquitto();
  try {
    await change({ upstreams: [{ url: `http://127.0.0.1:${next.port}` }] });
    expect((await closed)[0]).toBe(1012);
    await connectedAgain;
    const received = nextMessage(client);
    await client.publishAsync('rooms/1', Buffer.from([1]), { qos: 1 });
    expect(await received).toEqual(['rooms/1', [1]]);
    await client.endAsync(true);
    await gateway.reset();
  } finally {
    await next.stop();
  }
});

test('MQTT is closed with 1008 when its key is revoked, and is refused when it connects again', async () => {
  const { url } = await gateway.publish(heading, broker.port);
  const { key, revoke } = await gateway.key();
  const client = await connect(`${url}?api_key=${key}`);
  const closed = nextClose();
  await revoke();
  expect(await closed).toEqual([1008, 'key revoked']);
  await expect.poll(() => failures).toContain('Unexpected server response: 401');
  expect(client.connected).toBe(false);
});
