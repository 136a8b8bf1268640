import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { GatewayWorld } from '../support/gateway-world.js';
import { CertificateFolder } from '../support/tls-certificates.js';
import { browserTimeoutMs, openChromium } from './open-chromium.js';

describe('a page in a browser over HTTP/2', { timeout: browserTimeoutMs }, () => {
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let upstream: Server;
  let browser: Browser;

  beforeAll(async () => {
    certificates = await CertificateFolder.make();
    world = await GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
    });
    const html = await readFile(new URL('conversation.html', import.meta.url));
    upstream = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
    });
    const webSockets = new WebSocketServer({ server: upstream, perMessageDeflate: true });
    webSockets.on('connection', (socket) =>
      socket.on('message', (message: Buffer, isBinary) => socket.send(message, { binary: isBinary })),
    );
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    await world.route(await world.tenant(), { match: { path: '/' }, http: 'proxy', upstreams: [{ url }] });
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser.close();
    await world.close();
    upstream.close();
    upstream.closeAllConnections();
    await certificates.remove();
  });

  test('opens its WebSockets on streams of its own connection, and closes them cleanly, again and again', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const tab = await context.newPage();
    tab.setDefaultTimeout(browserTimeoutMs);
    const url = world.gateway.urls[1] ?? '';
    const page = `${url.replace('wss:', 'https:')}/?url=${encodeURIComponent(`${url}/chat`)}&subprotocol=chat.v1`;
    for (let visit = 0; visit < 2; visit += 1) {
      await tab.goto(page);
      await tab.locator('#state', { hasText: 'ended' }).waitFor();
      const shown: Record<string, string | null> = {};
      for (const id of ['subprotocol', 'extensions', 'text', 'binary', 'closed']) {
        shown[id] = await tab.locator(`#${id}`).textContent();
      }
      expect(shown).toEqual({
        subprotocol: 'chat.v1',
        extensions: 'permessage-deflate',
        text: 'grüße über sluice',
        binary: '0 1 127 128 255',
        closed: '4001 page done',
      });
      expect(await world.nextRecord()).toMatchObject({
        httpVersion: '2',
        endedBy: 'client',
        closeCode: 4001,
      });
      expect(await world.nextHttpRecord()).toMatchObject({ httpVersion: '2', status: 200 });
    }
    await context.close();
    await world.expectNothingHeld();
  });
});
