import { once } from 'node:events';
import { Agent, request as sendRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { HttpUpstream } from '../support/http-upstream.js';
import { openSocket, rawRequest } from '../support/raw-request.js';

describe.each(['native', 'typescript'])('ordinary requests with SLUICE_ENGINE=%s', (engine) => {
  let world: GatewayWorld;
  let upstream: HttpUpstream;
  let tenant: PublishedTenant;
  let agent: Agent;

  beforeAll(async () => {
    world = await GatewayWorld.start({ SLUICE_ENGINE: engine });
    upstream = await HttpUpstream.start();
    tenant = await world.tenant();
    await world.route(tenant, {
      match: { path: '/' },
      http: 'proxy',
      upstreams: [{ url: upstream.url }],
      requestHeaders: { set: { 'X-Tenant': '$tenant' }, remove: ['X-Secret'] },
      responseHeaders: { set: { 'X-Served-By': 'sluice' }, remove: ['Server'] },
    });
    await world.route(tenant, { match: { path: '/refused' }, upstreams: [{ url: upstream.url }] });
    agent = new Agent({ keepAlive: true });
  });

  afterEach(async () => {
    agent.destroy();
    await world.expectNothingHeld();
    world.httpRecords.length = 0;
  });

  afterAll(async () => {
    await world.close();
    await upstream.close();
  });

  function open(path: string, options: RequestOptions = {}): ReturnType<typeof sendRequest> {
    return sendRequest({ port: world.port, path, agent, ...options }).on('error', () => undefined);
  }

  async function ask(
    path: string,
    options: RequestOptions = {},
    body?: Buffer | string,
  ): Promise<IncomingMessage> {
    const sent = open(path, options);
    const answered = once(sent, 'response');
    sent.end(body);
    const [answer] = (await answered) as [IncomingMessage];
    return answer;
  }

  test('are forwarded with the headers of the route, and their answer comes back', async () => {
    const got = new Promise<IncomingMessage>((resolve) => {
      upstream.on('/page', (request, response) => {
        resolve(request);
        response.writeHead(201, 'Made', { Server: 'x', ETag: '"1"', 'Set-Cookie': ['a=1', 'b=2'] });
        response.end('hello');
      });
    });
    const answer = await ask('/page?x=1&y', {
      headers: { 'X-Secret': '1', 'X-Own': '2', 'X-Forwarded-For': '6.6.6.6', TE: 'trailers' },
    });
    expect([answer.statusCode, answer.statusMessage, await text(answer)]).toEqual([201, 'Made', 'hello']);
    expect(answer.headers).toMatchObject({
      etag: '"1"',
      'x-served-by': 'sluice',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'keep-alive',
    });
    expect(answer.headers['server']).toBeUndefined();
    const { url, headers } = await got;
    expect(url).toBe('/page?x=1&y');
    expect(headers).toMatchObject({
      'x-own': '2',
      'x-tenant': 'acme',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      via: `1.1 ${world.fleetId}`,
    });
    expect([
      headers['x-secret'],
      headers.te,
      headers['transfer-encoding'],
      headers['content-length'],
    ]).toEqual(Array(4).fill(undefined));
    expect(await world.nextHttpRecord()).toMatchObject({
      outcome: 'answered',
      method: 'GET',
      path: '/page',
      status: 201,
      code: null,
      tenantId: tenant.id,
      responseBytes: 5,
    });
  });

  test('of a route that refuses them are answered as before', async () => {
    const { status, headers, body } = await rawRequest(
      world.port,
      'GET /refused HTTP/1.1\r\nHost: a\r\nX-Request-Id: id-1\r\n\r\n',
    );
    expect(status).toBe(400);
    expect(headers).toMatchObject({ connection: 'close', 'x-request-id': 'id-1' });
    expect(JSON.parse(body)).toMatchObject({
      code: 'bad_handshake',
      detail: 'Upgrade: websocket is required',
    });
    expect(world.httpRecords).toEqual([]);
  });

  test('of one client use one connection to the upstream, one after the other', async () => {
    upstream.on('/kept', (_request, response) => response.end('ok'));
    const before = upstream.connections;
    for (let count = 0; count < 5; count += 1) expect(await text(await ask('/kept'))).toBe('ok');
    expect(upstream.connections - before).toBeLessThanOrEqual(1);
  });

  test.each([
    ['with a length', { 'Content-Length': 5_000_000 }],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }],
  ])('stream a large body %s', async (_name, headers) => {
    upstream.on('/echo', (request, response) => {
      response.writeHead(200, request.headers['content-length'] ? { 'X-Length': '1' } : {});
      request.pipe(response);
    });
    const body = Buffer.alloc(5_000_000, 'a');
    const answer = await ask('/echo', { method: 'POST', headers }, body);
    expect((await buffer(answer)).equals(body)).toBe(true);
    expect(answer.headers['x-length']).toBe('Content-Length' in headers ? '1' : undefined);
    expect(await world.nextHttpRecord()).toMatchObject({ requestBytes: 5_000_000, responseBytes: 5_000_000 });
  });

  test('without a body, of a method that may have one, have the length 0', async () => {
    upstream.on('/length', (request, response) => response.end(JSON.stringify(request.headers)));
    const answer = await rawRequest(
      world.port,
      'POST /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(JSON.parse(answer.body)).toMatchObject({ 'content-length': '0' });
  });

  test('with Expect wait for the 100 of the upstream', async () => {
    upstream.on('/expect', (request, response) => {
      expect(request.headers.expect).toBe('100-continue');
      response.writeContinue();
      request.pipe(response);
    });
    const sent = open('/expect', { method: 'PUT', headers: { Expect: '100-continue', 'Content-Length': 4 } });
    const answered = once(sent, 'response');
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('body');
    const [answer] = (await answered) as [IncomingMessage];
    expect(await text(answer)).toBe('body');
  });

  test('with Expect get a refusal of the upstream instead of the 100, and the connection closes', async () => {
    upstream.on('/expect-refused', (_request, response) => response.writeHead(417).end());
    const { status, headers } = await rawRequest(
      world.port,
      'PUT /expect-refused HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
    );
    expect([status, headers['connection']]).toEqual([417, 'close']);
  });

  test('get an answer that comes before their body has ended, and the rest of it reaches nobody', async () => {
    const ends: string[] = [];
    upstream.on('/early', (request, response) => {
      request.once('data', () => response.end('enough'));
      request.on('end', () => ends.push('whole'));
      request.socket.on('close', () => ends.push('closed'));
    });
    const sent = open('/early', { method: 'POST', headers: { 'Content-Length': 10 } });
    sent.write('12345');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    expect(answer.headers.connection).toBe('close');
    sent.end('67890');
    expect(await text(answer)).toBe('enough');
    await expect.poll(() => ends).toEqual(['closed']);
  });

  test('get early hints before their answer', async () => {
    upstream.on('/hints', (_request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('page');
    });
    const sent = open('/hints');
    const hinted = once(sent, 'information');
    const answered = once(sent, 'response');
    sent.end();
    const [information] = (await hinted) as [{ statusCode: number; headers: object }];
    expect(information).toMatchObject({ statusCode: 103, headers: { link: '</a.css>; rel=preload' } });
    const [answer] = (await answered) as [IncomingMessage];
    expect(await text(answer)).toBe('page');
  });

  test('and answers carry trailers, but none that forges a field', async () => {
    let trailers: NodeJS.Dict<string> = {};
    upstream.on('/trailers', (request, response) => {
      request.resume().on('end', () => {
        trailers = request.trailers;
        response.writeHead(200, { Trailer: 'X-Sum' });
        response.write('a');
        response.addTrailers({ 'X-Sum': '1', 'Set-Cookie': 'a=1', 'X-Served-By': 'forged', Via: '1.1 x' });
        response.end();
      });
    });
    const sent = open('/trailers', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
    const answered = once(sent, 'response');
    sent.write('body');
    sent.addTrailers({ 'X-Sum': '2', 'X-Tenant': 'forged', Authorization: 'Bearer x', 'X-Api-Key': 'x' });
    sent.end();
    const [answer] = (await answered) as [IncomingMessage];
    expect(await text(answer)).toBe('a');
    expect([trailers, answer.trailers]).toEqual([{ 'x-sum': '2' }, { 'x-sum': '1' }]);
  });

  test.each([
    ['HEAD', 200, { 'Content-Length': '5' }, '5'],
    ['GET', 304, { 'Content-Length': '5', ETag: '"1"' }, '5'],
    ['GET', 204, {}, undefined],
    ['DELETE', 204, {}, undefined],
  ])(
    '%s with %i ends without a body, and the connection stays open',
    async (method, status, fields, length) => {
      upstream.on('/bodiless', (_request, response) => response.writeHead(status, fields).end());
      for (let count = 0; count < 2; count += 1) {
        const answer = await ask('/bodiless', { method });
        expect([answer.statusCode, answer.headers['content-length'], await text(answer)]).toEqual([
          status,
          length,
          '',
        ]);
        expect(answer.headers['transfer-encoding']).toBeUndefined();
      }
    },
  );

  test('of ranges, and conditional ones, pass unchanged', async () => {
    upstream.on('/range', ({ headers }, response) => {
      response.writeHead(206, { 'Content-Range': 'bytes 1-2/5', 'Content-Length': 2 });
      response.end(headers.range === 'bytes=1-2' && headers['if-range'] === '"1"' ? 'bc' : '??');
    });
    const answer = await ask('/range', { headers: { Range: 'bytes=1-2', 'If-Range': '"1"' } });
    expect([answer.statusCode, answer.headers['content-range'], await text(answer)]).toEqual([
      206,
      'bytes 1-2/5',
      'bc',
    ]);
  });

  test('get server-sent events one by one, and the head before the first', async () => {
    let push: (event: string) => void = () => undefined;
    upstream.on('/events', (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      push = (event) => response.write(`data: ${event}\n\n`);
    });
    const answer = await ask('/events');
    for (const event of ['one', 'two', 'three']) {
      const arrived = once(answer, 'data');
      push(event);
      expect(String(((await arrived) as [Buffer])[0])).toBe(`data: ${event}\n\n`);
    }
    answer.destroy();
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'client_gone' });
  });

  test('pipelined in one segment are answered in order', async () => {
    const release: (() => void)[] = [];
    upstream.on('/first', (_request, response) => release.push(() => response.end('first')));
    upstream.on('/second', (_request, response) => response.end('second'));
    const socket = await openSocket(world.port);
    const read = text(socket);
    socket.write(
      'GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    await expect.poll(() => release.length).toBe(1);
    release[0]?.();
    const answers = await read;
    socket.end();
    expect(answers.indexOf('first')).toBeLessThan(answers.indexOf('second'));
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  test('with an Upgrade to something else are served without it', async () => {
    upstream.on('/h2c', (request, response) => {
      request.setEncoding('utf8').on('data', (body) => response.write(body));
      request.on('end', () => response.end(JSON.stringify(request.headers)));
    });
    const { status, body } = await rawRequest(
      world.port,
      'POST /h2c HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n' +
        'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nContent-Length: 4\r\n\r\nbody',
    );
    expect(status).toBe(200);
    expect(body).toContain('body');
    expect(body).not.toMatch(/h2c"|upgrade|http2-settings/i);
  });

  test('over HTTP/1.0 are answered, and their connection closes', async () => {
    upstream.on('/old', ({ headers }, response) => response.end(headers.via));
    const { status, headers, body } = await rawRequest(world.port, 'GET /old HTTP/1.0\r\nHost: a\r\n\r\n');
    expect([status, headers['connection'], body]).toEqual([200, 'close', `1.0 ${world.fleetId}`]);
  });

  test('that come back to their own fleet are refused', async () => {
    const answer = await ask('/page', { headers: { Via: `1.1 ${world.fleetId}` } });
    expect(answer.statusCode).toBe(508);
    expect(JSON.parse(await text(answer))).toMatchObject({ code: 'loop_detected' });
    expect(await world.nextHttpRecord()).toMatchObject({
      outcome: 'refused',
      code: 'loop_detected',
      status: 508,
    });
  });
});
