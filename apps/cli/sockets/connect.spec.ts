import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { startChild } from '../../../test/support/child-processes.js';
import { runSluice, sluiceCommand } from '../../../test/support/sluice-command.js';

let server: Server;
let webSockets: WebSocketServer;
let url = '';
beforeEach(async () => {
  server = createServer();
  webSockets = new WebSocketServer({ server });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const client of webSockets.clients) client.terminate();
  webSockets.close();
  server.close();
});

test('connect with messages sends each, prints as many answers, and closes with 1000', async () => {
  webSockets.on('connection', echo);
  const { exitCode, output } = await runSluice({}, 'connect', url, 'one', 'two');
  expect(output).toBe('connected\n< one\n< two\nclosed 1000 (normal closure)\n');
  expect(exitCode).toBe(0);
});

test('connect without messages sends each line of its input, prints the answers, and closes at the end of the input', async () => {
  webSockets.on('connection', echo);
  expect(await converse(['--binary'], 'one\ntwo\n')).toEqual({
    exitCode: 0,
    output: 'connected\n< binary 6f6e65\n< binary 74776f\nclosed 1000 (normal closure)\n',
  });
});

test('connect sends the given key, header fields and subprotocols', async () => {
  const request = once(webSockets, 'connection') as Promise<[WebSocket, { headers: Record<string, string> }]>;
  const options = ['--key', 'slc_x', '--header', 'Origin: https://a.example', '--subprotocol', 'v2'];
  const ended = runSluice({}, 'connect', url, ...options, '--subprotocol', 'v1', 'hello');
  const [client, { headers }] = await request;
  client.close(1000);
  expect(headers).toMatchObject({
    'x-api-key': 'slc_x',
    origin: 'https://a.example',
    'sec-websocket-protocol': 'v2,v1',
  });
  expect((await ended).output).toContain('connected (subprotocol v2)\n');
});

test('connect ends with the connection, even if its input is open, and explains the close code', async () => {
  webSockets.on('connection', (client) => client.close(1008, 'key revoked'));
  expect(await converse([], null)).toEqual({
    exitCode: 0,
    output: 'connected\nclosed 1008 key revoked (policy violation)\n',
  });
});

test('connect ends with 1 when the connection ends without a close frame', async () => {
  webSockets.on('connection', (client) => client.terminate());
  expect(await converse([], null)).toEqual({
    exitCode: 1,
    output: 'connected\nclosed 1006 (no close frame: the TCP connection ended)\n',
  });
});

test('connect prints the problem document of a refusal and ends with 1', async () => {
  const problem = { type: 'urn:x', title: 'An API key is required', status: 401, code: 'key_required' };
  server.removeAllListeners('upgrade');
  server.on('upgrade', (_request, socket) => {
    const body = JSON.stringify(problem);
    socket.end(
      'HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n' +
        `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
  const { exitCode, output } = await runSluice({}, 'connect', url, 'hello');
  const document = JSON.stringify(problem, null, 2);
  expect(output).toBe(`refused: 401 Unauthorized\nretry-after: 5\n${document}\n`);
  expect(exitCode).toBe(1);
});

test('connect prints why the URL cannot be reached, and ends with 1', async () => {
  const { exitCode, output } = await runSluice({}, 'connect', 'ws://127.0.0.1:1/echo');
  expect([exitCode, output]).toEqual([
    1,
    expect.stringMatching(/^ws:\/\/127\.0\.0\.1:1\/echo: .*ECONNREFUSED/),
  ]);
});

test('Ctrl-C closes the connection with 1000', async () => {
  const connected = once(webSockets, 'connection') as Promise<[WebSocket]>;
  const child = startConnect([]);
  const [client] = await connected;
  const closed = once(client, 'close');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect((await closed)[0]).toBe(1000);
  expect((await once(child, 'exit'))[0]).toBe(0);
});

test('control characters in a message are escaped on the terminal', async () => {
  webSockets.on('connection', (client) => client.send('\u001b[2J\u009b1mhello'));
  const { output } = await runSluice({}, 'connect', url, 'hello');
  expect(output).toContain('< \\u001b[2J\\u009b1mhello\n');
});

function echo(client: WebSocket): void {
  client.on('message', (data: Buffer, binary) => client.send(data, { binary }));
}

function startConnect(options: string[]): ReturnType<typeof spawned> {
  return spawned(['connect', url, ...options]);
}

function spawned(words: string[]) {
  const child = startChild(process.execPath, [sluiceCommand, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('no pipes');
  return Object.assign(child, { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr });
}

/** Runs `connect` with this input; null: with an input that stays open. */
async function converse(options: string[], input: string | null) {
  const child = startConnect(options);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  if (input !== null) child.stdin.end(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}
