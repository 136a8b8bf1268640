import { once } from 'node:events';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseRequestMessage } from '#libs/handshake';
import type { IncomingRequest } from '#libs/pipeline';
import { listenersUnderTest } from '../../../test/support/listeners-under-test.js';
import { liveConnection } from '../../../test/support/live-connection.js';
import { openSocket } from '../../../test/support/raw-request.js';
import { untilSteady } from '../../../test/support/until-steady.js';
import type { HttpRequests } from './http-requests.js';
import type { RequestBounds } from './request-bounds.js';

const { route } = liveConnection();
const get = (path: string, ...fields: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n');
const lastRequest = get('/last', 'Connection: close');

describe.each(listenersUnderTest)('$name', ({ create }) => {
  let listener: ReturnType<typeof create>;
  let port: number;
  let refused: string[];
  let served: IncomingRequest[];
  let accept: HttpRequests['accept'];

  beforeEach(async () => {
    refused = [];
    served = [];
    accept = answerWithBody;
    await listen({});
    onTestFinished(() => expect.poll(() => listener.openSockets).toBe(0));
  });

  async function listen(bounds: Partial<RequestBounds>): Promise<void> {
    listener = create(
      {
        onUpgrade: () => undefined,
        onRefused: (code) => refused.push(code),
        onDropped: () => undefined,
        http: {
          match: (head) => {
            const parsed = parseRequestMessage(head, 4096);
            return parsed.ok ? { message: parsed.message, route, position: null } : null;
          },
          accept: (incoming) => {
            served.push(incoming);
            accept(incoming);
          },
        },
      },
      { bounds },
    );
    port = Number(new URL(await listener.listen({ host: '127.0.0.1', port: 0 })).port);
  }

  /** Everything that a client reads that sends these parts, each after the one before has arrived. */
  async function answersTo(...parts: string[]): Promise<string> {
    const socket = await openSocket(port);
    const read = text(socket);
    socket.setNoDelay(true);
    for (const part of parts) await written(socket, part);
    const answers = await read;
    socket.end();
    return answers.replaceAll(/Date: [^\r]*/g, 'Date: now');
  }

  const bodiesIn = (answers: string): string[] =>
    [...answers.matchAll(/<([^>]*)>/g)].map(([, body]) => body ?? '');

  test('requests are read alike wherever their bytes are split', async () => {
    const chunked =
      'POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: t\r\n\r\n';
    const length = 'PUT /c HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ';
    const bytes = `\r\n${get('/a')}${chunked}\r\n\r\n${length}${lastRequest}`;
    const whole = await answersTo(bytes);
    expect(bodiesIn(whole)).toEqual(['GET /a ', 'POST /b abcT,t', 'PUT /c GET ', 'GET /last ']);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(await answersTo(bytes.slice(0, cut), bytes.slice(cut))).toBe(whole);
    }
  });

  test('10,000 pipelined requests are answered in order', async () => {
    const paths = Array.from({ length: 10_000 }, (_, index) => `/${index}`);
    const answers = await answersTo(paths.map((path) => get(path)).join('') + lastRequest);
    expect(bodiesIn(answers)).toEqual([...paths, '/last'].map((path) => `GET ${path} `));
  });

  test('a request waits until the one before it is answered', async () => {
    accept = () => undefined;
    const socket = await openSocket(port);
    const read = text(socket);
    socket.write(get('/a') + lastRequest);
    await expect.poll(() => served.length).toBe(1);
    accept = answerWithBody;
    served.forEach(answerWithBody);
    expect(bodiesIn(await read)).toEqual(['GET /a ', 'GET /last ']);
    socket.end();
  });

  test.each([
    [
      'a chunked body of HTTP/1.0',
      'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an unknown coding', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ])('nothing is read after %s', async (_name, bytes) => {
    const answers = await answersTo(bytes + get('/smuggled'));
    expect(answers).toContain('Connection: close');
    expect(served.map(({ head, body }) => [head.target, body.ok])).toEqual([['/', false]]);
  });

  test.each([
    ['a bare LF', get('/b', 'X: a\nY: b')],
    ['a folded field', get('/b', 'X: a', ' b')],
    ['a space before a colon', get('/b', 'X : a')],
    ['two spaces before its target', get(' /b')],
    ['two lengths', get('/b', 'Content-Length: 0', 'Content-Length: 0')],
    ['both lengths', get('/b', 'Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['another version', get('/b').replace('1.1', '1.2')],
    ['a head that is too long', get('/b', `X: ${'a'.repeat(70_000)}`)],
    ['half a head that is too long', get('/b', `X: ${'a'.repeat(70_000)}`).slice(0, -4)],
  ])('a kept connection with %s in its second request is refused and closed', async (_name, bytes) => {
    const answers = await answersTo(get('/a') + bytes + get('/smuggled'));
    expect(bodiesIn(answers)).toEqual(['GET /a ']);
    expect(answers).toMatch(/HTTP\/1\.1 4(00|31) [^]*Connection: close\r\n/);
    expect(refused).toHaveLength(1);
  });

  test.each([
    ['the head of its second request', get('/b').slice(0, -3)],
    ['the first byte of its second request', 'G'],
  ])('a kept connection that sends only %s is answered after the timeout', async (_name, bytes) => {
    await listen({ headersTimeoutMs: 300 });
    expect(await answersTo(get('/a'), bytes)).toMatch(/GET \/a [^]*HTTP\/1\.1 400 /);
    expect(refused).toEqual(['bad_handshake']);
  });

  test('answers without a body have none, and the connection stays in step', async () => {
    accept = (incoming) => {
      const { request, response, head } = incoming;
      response.writeHead(Number(head.target.slice(1)), 'x', [], false);
      response.write(Buffer.from('body'));
      if (request.method !== 'HEAD') response.addTrailers([['T', 't']]);
      response.end();
    };
    const answers = await answersTo(
      `HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n${get('/204')}${get('/304')}${get('/200', 'Connection: close')}`,
    );
    const lines = 'Connection: keep-alive\r\nKeep-Alive: timeout=15\r\n';
    const now = 'Date: now\r\n';
    expect(answers).toBe(
      `HTTP/1.1 200 x\r\n${lines}${now}\r\nHTTP/1.1 204 x\r\n${lines}${now}\r\nHTTP/1.1 304 x\r\n${lines}${now}\r\n` +
        `HTTP/1.1 200 x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n${now}\r\n4\r\nbody\r\n0\r\nT: t\r\n\r\n`,
    );
  });

  test('an answer without a length ends with its connection in HTTP/1.0', async () => {
    accept = ({ response }) => {
      response.writeHead(200, 'OK', [], false);
      response.write(Buffer.from('body'));
      response.end();
    };
    const answers = await answersTo('GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n');
    expect(answers).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\nDate: now\r\n\r\nbody');
  });

  test('the last answer of a connection ends once its socket has sent all of it', async () => {
    const block = Buffer.alloc(16_384);
    let sent = 0;
    let isClosed = false;
    let wasClosed = false;
    accept = ({ response, socket: client }) => {
      const waits = (): boolean => client instanceof Socket && client.writableLength > 0;
      response.writeHead(200, 'OK', [], true);
      response.once('close', () => (isClosed = true));
      let mayContinue = true;
      while (mayContinue && !waits()) {
        mayContinue = response.write(block);
        sent += block.length;
      }
      response.end();
      wasClosed = isClosed;
    };
    const socket = await openSocket(port);
    socket.pause().write('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await expect.poll(() => sent).toBeGreaterThan(0);
    expect(wasClosed).toBe(false);
    expect((await text(socket)).split('\r\n\r\n')[1]).toHaveLength(sent);
    expect(isClosed).toBe(true);
    socket.end();
  });

  test.each([
    ['that goes on', false],
    ['that is complete', true],
  ])('a client that does not read its answer, %s, is disconnected after the timeout', async (_name, ends) => {
    await listen({ sendTimeoutMs: 60 });
    accept = ({ response }) => {
      response.writeHead(200, 'OK', [], false);
      while (response.write(Buffer.alloc(65_536)));
      if (ends) response.end();
    };
    const socket = await openSocket(port);
    socket.pause().write(get('/a'));
    await expect.poll(() => served[0]?.gone.aborted).toBe(true);
    await expect.poll(() => listener.openSockets).toBe(0);
    socket.destroy();
  });

  test('a client that ends its side after a complete answer still gets the end of it', async () => {
    const block = Buffer.alloc(16_384);
    let sent = 0;
    accept = ({ response, socket: client }) => {
      const waits = (): boolean => client instanceof Socket && client.writableLength > 0;
      response.writeHead(200, 'OK', [['Content-Length', String(1 << 30)]], false);
      while (!waits() && (sent === 0 || client instanceof Socket) && response.write(block))
        sent += block.length;
      response.end();
    };
    const socket = await openSocket(port);
    socket.pause().write(get('/a'));
    await expect.poll(() => sent).toBeGreaterThan(0);
    socket.end();
    expect((await text(socket)).split('\r\n\r\n')[1]?.length).toBeGreaterThanOrEqual(sent);
  });

  test('empty lines do not keep a connection open', async () => {
    await listen({ headersTimeoutMs: 300 });
    const socket = await openSocket(port);
    const read = text(socket);
    await written(socket, get('/a'));
    const lines = setInterval(() => socket.write('\r\n'), 20);
    onTestFinished(() => clearInterval(lines));
    socket.on('error', () => undefined);
    expect(bodiesIn(await read)).toEqual(['GET /a ']);
    socket.end();
  });

  test('a connection whose request is not answered ends with a FIN of its client', async () => {
    accept = () => undefined;
    const socket = await openSocket(port);
    const closed = once(socket.resume(), 'close');
    socket.end(get('/a'));
    await closed;
    expect(served[0]?.gone.aborted).toBe(true);
  });

  test('a body that nobody reads is not read ahead', async () => {
    accept = () => undefined;
    const socket = await openSocket(port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n');
    const block = Buffer.alloc(1 << 20);
    let sent = 0;
    const send = (): void => {
      do sent += block.length;
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', send);
    send();
    expect(await untilSteady(() => sent)).toBeLessThan(32 * 2 ** 20);
    socket.destroy();
    served[0]?.request.resume();
    await expect.poll(() => served[0]?.gone.aborted).toBe(true);
  });

  test('closeIdle() closes a connection between two requests, and no other', async () => {
    const [unused, kept] = [await openSocket(port), await openSocket(port)];
    const answer = once(kept, 'data');
    kept.write(get('/a'));
    await answer;
    const ended = once(kept, 'end');
    listener.closeIdle();
    await ended;
    const late = once(unused, 'data');
    unused.write(lastRequest);
    expect(String(await late)).toContain('<GET /last >');
    kept.end();
    unused.end();
  });
});

/** Answers with `<method target body trailers>` once the whole body was read. */
function answerWithBody({ request, response, head, body }: IncomingRequest): void {
  let read = '';
  const answer = (): void => {
    const content = Buffer.from(`<${head.method} ${head.target} ${read}${request.rawTrailers.join()}>`);
    response.writeHead(200, 'OK', [['Content-Length', String(content.length)]], !body.ok);
    response.write(content);
    response.end();
  };
  if (!body.ok || body.body.kind === 'none') {
    answer();
    return;
  }
  request.on('data', (bytes: Buffer) => (read += String(bytes)));
  request.once('end', answer);
}

function written(socket: Socket, bytes: string): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, 'latin1', () => setImmediate(resolve)));
}
