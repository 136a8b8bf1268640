import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { converse, refused } from '../browser/converse.js';
import { browserTimeoutMs, openChromium } from '../browser/open-chromium.js';
import { servePage } from '../browser/serve-page.js';
import { documentedRoutes } from './documented-examples.js';
import { DocumentedGateway, type PublishedExample } from './documented-gateway.js';

const heading = 'Grafana, and servers that compare Origin with Host';
const path = '/grafana/api/live/ws';
let gateway: DocumentedGateway;
let server: Server;
let webSockets: WebSocketServer;
let browser: Browser;

/**
 * Starts a server with the check of Grafana Live: it admits requests without `Origin`, and those whose
 * `Origin` has the host in `Host`.
 */
beforeAll(async () => {
  webSockets = new WebSocketServer({ noServer: true });
  webSockets.on('connection', (webSocket) =>
    webSocket.on('message', (data, isBinary) => webSocket.send(data, { binary: isBinary })),
  );
  server = createServer().on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    const { origin, host } = request.headers;
    const isAllowed = origin === undefined || new URL(origin).host === host;
    if (request.url !== '/api/live/ws') socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    else if (!isAllowed) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    else webSockets.handleUpgrade(request, socket, head, (client) => webSockets.emit('connection', client));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  [gateway, browser] = await Promise.all([DocumentedGateway.start(), openChromium()]);
});

afterEach(() => gateway.reset());

afterAll(async () => {
  await browser.close();
  await gateway.close();
  server.close();
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

/** The answer of the server to a page of this origin. */
async function answerTo(origin: string | undefined): Promise<string> {
  const client = new WebSocket(gateway.url + path, origin === undefined ? {} : { origin });
  const failed = new Promise<string>((resolve) => client.once('error', ({ message }) => resolve(message)));
  const answered = once(client, 'message').then(
    ([data]) => String(data),
    () => failed,
  );
  client.once('open', () => client.send('hello'));
  const answer = await answered;
  client.close();
  if (client.readyState !== WebSocket.CLOSED) await once(client, 'close');
  return answer;
}

/** Publishes the second route of the document, with this Host. */
async function publishWithHost(host: string): Promise<PublishedExample> {
  const route = documentedRoutes(heading, port())[1];
  if (route === undefined) throw new Error('the second route is missing in the document');
  return gateway.publishRoute({ ...route, requestHeaders: { set: { Host: host } } });
}

function originOfGateway(): string {
  return gateway.url.replace('ws:', 'http:');
}

const forbidden = 'Unexpected server response: 403';

test('with upstreamHost "client" the server admits pages of the host of the gateway, and no others', async () => {
  await gateway.publish(heading, port());
  expect(await answerTo(originOfGateway())).toBe('hello');
  expect(await answerTo('https://elsewhere.example')).toBe(forbidden);
  expect(await answerTo(undefined)).toBe('hello');
});

test('with a fixed Host the server admits pages of that host', async () => {
  await publishWithHost('grafana.example');
  expect(await answerTo('https://grafana.example')).toBe('hello');
  expect(await answerTo(originOfGateway())).toBe(forbidden);
});

test('without either the server refuses every page', async () => {
  await gateway.publish(heading, port(), { upstreamHost: 'upstream' });
  expect(await answerTo(originOfGateway())).toBe(forbidden);
  expect(await answerTo('https://grafana.example')).toBe(forbidden);
});

test(
  'Chromium connects from a page whose host is the fixed Host, and is refused without that',
  { timeout: browserTimeoutMs },
  async () => {
    const page = await servePage('conversation.html');
    const { url, change } = await publishWithHost(new URL(page.origin).host);
    const input = { page, url: `${url}/ws` };
    expect(await converse(browser, input)).toMatchObject({
      binary: '0 1 127 128 255',
      closed: '4001 page done',
    });
    await change({ requestHeaders: { set: { Host: 'grafana.example' } } });
    expect(await converse(browser, input)).toEqual(refused);
    await page.close();
  },
);
