import { once } from 'node:events';
import { Agent, request as sendRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { HttpUpstream, rawAnswers } from '../support/http-upstream.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { untilSteady } from '../support/until-steady.js';

const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n';

describe.each(['native', 'typescript'])(
  'bad ordinary requests and answers with SLUICE_ENGINE=%s',
  (engine) => {
    let world: GatewayWorld;
    let upstream: HttpUpstream;
    let tenant: PublishedTenant;

    beforeAll(async () => {
      world = await GatewayWorld.start({ SLUICE_ENGINE: engine });
      upstream = await HttpUpstream.start();
      upstream.on('/', (request, response) => {
        request.pipe(response);
      });
      tenant = await world.tenant();
      await route('/', upstream.url);
    });

    afterEach(async () => {
      await world.expectNothingHeld();
      world.httpRecords.length = 0;
    });

    afterAll(async () => {
      await world.close();
      await upstream.close();
    });

    async function route(path: string, url: string, fields: object = {}): Promise<void> {
      await world.route(tenant, { match: { path }, http: 'proxy', upstreams: [{ url }], ...fields });
    }

    let rawRoutes = 0;

    /** Publishes another route, for this upstream, and returns its path. */
    async function rawRoute(url: string): Promise<string> {
      rawRoutes += 1;
      await route(`/raw-${rawRoutes}`, url);
      return `/raw-${rawRoutes}`;
    }

    /** What an upstream that answers with these bytes makes of a request, as the client reads it. */
    async function answeredWith(bytes: string, then?: (socket: Socket) => void): Promise<string> {
      const raw = await rawAnswers(bytes, then);
      const path = await rawRoute(raw.url);
      const socket = await openSocket(world.port);
      const read = text(socket);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const answer = await read;
      socket.end();
      await raw.close();
      return answer;
    }

    test.each([
      ['both lengths', `${chunked}Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
      ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc'],
      ['a list of lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc'],
      ['a length with a sign', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc'],
      ['a length with leading zeros', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc'],
      [
        'a coding before chunked',
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      ],
      ['two codings', `${chunked}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['a coding in HTTP/1.0', 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
      ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n'],
      ['a bare LF in the head', 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n'],
      ['a space before a colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
      ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
      ['no host', 'GET / HTTP/1.1\r\n\r\n'],
      ['another version', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n'],
      ['an ambiguous path', 'GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a bare LF after a chunk size', `${chunked}\r\n3\nabc\r\n0\r\n\r\n`],
      ['a space after a chunk size', `${chunked}\r\n3 \r\nabc\r\n0\r\n\r\n`],
      ['a chunk size of 17 digits', `${chunked}\r\n10000000000000003\r\nabc\r\n0\r\n\r\n`],
      ['a chunk that is longer than its size', `${chunked}\r\n2\r\nabc\r\n0\r\n\r\n`],
      ['a folded trailer', `${chunked}\r\n0\r\nX: a\r\n b\r\n\r\n`],
      ['a length in a trailer', `${chunked}\r\n0\r\nContent-Length: 5\r\n\r\n`],
      ['chunk extensions of 20 KB', `${chunked}\r\n3;${'a'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`],
    ])('a request with %s is refused, or its connection closes', async (_name, bytes) => {
      const { status } = await rawRequest(world.port, bytes);
      expect([400, 413, Number.NaN]).toContain(status);
    });

    test('TRACE is refused', async () => {
      const { status, body } = await rawRequest(
        world.port,
        'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      );
      expect([status, JSON.parse(body)]).toMatchObject([405, { code: 'method_not_allowed' }]);
    });

    test('short chunk extensions are accepted, and do not go upstream', async () => {
      const { status, body } = await rawRequest(
        world.port,
        `${chunked}Connection: close\r\n\r\n3;a=b;c="d"\r\nabc\r\n0\r\n\r\n`,
      );
      expect([status, body]).toEqual([200, '3\r\nabc\r\n0\r\n\r\n']);
    });

    test('an upgrade that is pipelined behind a request waits for its turn', async () => {
      const release: (() => void)[] = [];
      upstream.on('/slow', (_request, response) => release.push(() => response.end('slow')));
      upstream.on('/late', (_request, response) => response.end('no socket'));
      const socket = await openSocket(world.port);
      const read = text(socket);
      socket.write(`GET /slow HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest('/late')}`);
      await expect.poll(() => release.length).toBe(1);
      expect(world.records).toEqual([]);
      release[0]?.();
      expect(await read).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*slowHTTP\/1\.1 200 OK\r\n[^]*no socket$/);
      socket.end();
    });

    test('an upload to an upstream that does not read stops, and ends with a 504', async () => {
      const raw = await rawAnswers('', (socket) => socket.pause());
      await route('/stuck', raw.url, { timeouts: { responseMs: 500 } });
      const socket = await openSocket(world.port);
      socket.write(`POST /stuck HTTP/1.1\r\nHost: a\r\nContent-Length: ${10 * 2 ** 30}\r\n\r\n`);
      const block = Buffer.alloc(1 << 20);
      let sent = 0;
      const send = (): void => {
        sent += block.length;
        while (!socket.destroyed && socket.write(block)) sent += block.length;
      };
      socket.on('drain', send);
      send();
      expect(await untilSteady(() => sent)).toBeLessThan(64 * 2 ** 20);
      expect(await world.nextHttpRecord()).toMatchObject({ code: 'upstream_timeout', path: '/stuck' });
      socket.destroy();
      await raw.close();
    });

    test('a client that leaves in the middle of an upload ends the request to the upstream', async () => {
      const events: string[] = [];
      upstream.on('/upload', (request) => {
        request.on('data', (data) => events.push(String(data))).on('error', () => events.push('aborted'));
      });
      const socket = await openSocket(world.port);
      socket.write('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc');
      await expect.poll(() => events).toEqual(['abc']);
      socket.resetAndDestroy();
      await expect.poll(() => events).toEqual(['abc', 'aborted']);
      expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'client_gone' });
    });

    test('a body that breaks off in a bad chunk never reaches the upstream whole', async () => {
      const ends: string[] = [];
      upstream.on('/broken', (request) => {
        request
          .on('end', () => ends.push('end'))
          .on('error', () => ends.push('error'))
          .resume();
      });
      const { status } = await rawRequest(
        world.port,
        'POST /broken HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
      );
      expect(status).toBe(400);
      await expect
        .poll(() => ends.concat(world.httpRecords.map(({ outcome }) => outcome)))
        .toContain('client_gone');
      expect(ends).not.toContain('end');
    });

    test('a body over maxRequestBytes is refused by its length, or as soon as it is too long', async () => {
      await route('/small', upstream.url, { maxRequestBytes: 10 });
      upstream.on('/small', (request, response) => request.resume().on('end', () => response.end('whole')));
      const byLength = await rawRequest(
        world.port,
        'POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 11\r\n\r\n12345678901',
      );
      expect([byLength.status, JSON.parse(byLength.body)]).toMatchObject([413, { code: 'body_too_large' }]);
      const byChunks = await rawRequest(
        world.port,
        'POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n',
      );
      expect(byChunks.status).toBe(413);
      const exact = await rawRequest(
        world.port,
        'POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n1234567890',
      );
      expect(exact.status).toBe(200);
    });

    test('requests above requestsPerSecond get 429 with Retry-After, and leave the connection open', async () => {
      await route('/rated', upstream.url, { requestsPerSecond: 1 });
      upstream.on('/rated', (_request, response) => response.end('ok'));
      const one = 'GET /rated HTTP/1.1\r\nHost: a\r\n';
      const socket = await openSocket(world.port);
      const read = text(socket);
      socket.write(`${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`);
      const answers = await read;
      socket.end();
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 429', 'HTTP/1.1 429']);
      expect(answers).toMatch(/"code":"request_rate"/);
      expect(answers).toMatch(/Retry-After: 1\r\n/);
    });

    test.each([
      [
        'with both lengths',
        'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      ],
      ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
      [
        'with a coding other than chunked',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      ],
      ['with a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
      ['with a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
      ['of 101', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
      ['of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ])('an answer %s becomes a 502', async (_name, bytes) => {
      const answer = await answeredWith(bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 502 /);
      expect(answer).toContain('"code":"upstream_bad_handshake"');
    });

    test('an answer that never begins becomes a 504', async () => {
      upstream.on('/silent', () => undefined);
      await route('/silent', upstream.url, { timeouts: { responseMs: 50 } });
      const { status } = await rawRequest(
        world.port,
        'GET /silent HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      );
      expect(status).toBe(504);
    });

    test('a body that stops becomes a 408', async () => {
      await route('/stalled', upstream.url, { timeouts: { responseMs: 50 } });
      upstream.on('/stalled', (request) => request.resume());
      const { status } = await rawRequest(
        world.port,
        'POST /stalled HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc',
      );
      expect(status).toBe(408);
    });

    test.each([
      ['by its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', /^[^]*\r\n\r\nabc$/],
      [
        'in chunks',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
        /\r\n\r\n3\r\nabc\r\n$/,
      ],
      [
        'in a broken chunk',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n',
        /(abc\r\n)?$/,
      ],
    ])('an answer that is cut off %s is cut off for the client', async (_name, bytes, seen) => {
      const raw = await rawAnswers(bytes, (socket) => socket.end());
      const path = await rawRoute(raw.url);
      const sent = sendRequest({ port: world.port, path, agent: new Agent() });
      sent.end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      // The connection ends with a reset, also after the answer's error was reported.
      sent.on('error', () => undefined);
      await expect(buffer(answer)).rejects.toThrow('aborted');
      expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'cut_short', status: 200 });
      await raw.close();
      expect(bytes).toMatch(seen);
    });

    test('an answer longer than its length ends there, and its rest reaches nobody', async () => {
      const answer = await answeredWith(
        'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
      );
      expect(answer).toMatch(/\r\n\r\nabc$/);
      const again = await answeredWith('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
      expect(again).toMatch(/good$/);
    });

    test('an answer without a length ends with its connection, in chunks', async () => {
      const answer = await answeredWith('HTTP/1.1 200 OK\r\n\r\nabc', (socket) => socket.end());
      expect(answer).toMatch(/Transfer-Encoding: chunked\r\n[^]*3\r\nabc\r\n0\r\n\r\n$/i);
    });

    test('an idempotent request goes over a new connection if the kept one was closed meanwhile', async () => {
      let closeNext = false;
      upstream.on('/kept', (request, response) => {
        if (closeNext) request.socket.resetAndDestroy();
        else response.end('ok');
        closeNext = !closeNext;
      });
      const get = 'GET /kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
      expect((await rawRequest(world.port, get)).status).toBe(200);
      expect((await rawRequest(world.port, get)).status).toBe(200);
      closeNext = true;
      const post = 'POST /kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
      expect((await rawRequest(world.port, post)).status).toBe(502);
    });

    test('a slow reader of a large answer holds it back at the upstream', async () => {
      let written = 0;
      upstream.on('/large', (_request, response) => {
        response.writeHead(200);
        const block = Buffer.alloc(1 << 16);
        const write = (): void => {
          do written += block.length;
          while (!response.destroyed && response.write(block));
        };
        response.on('drain', write);
        write();
      });
      const socket = await openSocket(world.port);
      socket.pause().write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(await untilSteady(() => written)).toBeLessThan(64 * 2 ** 20);
      socket.destroy();
      expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'client_gone' });
    });
  },
);
