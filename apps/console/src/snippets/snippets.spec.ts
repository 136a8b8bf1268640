import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { runToEnd } from '../../../../test/support/child-program.js';
import { freePort } from '../../../../test/support/free-port.js';
import { startNginx } from '../../../../test/support/nginx.js';
import { snippetOf, type SnippetInput } from './snippets.js';

const hostilePath = `/it's/"quoted"/$(touch%20owned)/\`id\`/\${host}/%7B;%7D/\\/%e4%b8%ad`;
const hostileKey = `slc_"'\\$(id)\`\${x}`;
const subprotocols = ['chat.v1', "it's"];
const headers = [{ name: 'X-Room', value: `it's "seven" \\ $(id)\`\${x};}` }];

let folder = '';
let base = '';
let last: IncomingMessage | null = null;
const server = createServer();
const sockets = new WebSocketServer({ server });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-snippets-'));
  sockets.on('connection', (socket, request) => {
    last = request;
    socket.on('message', (data, isBinary) => {
      socket.send(data, { binary: isBinary });
      socket.close(1000);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  base = `ws://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  sockets.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const hostile = (): SnippetInput => ({
  url: `${base}${hostilePath}`,
  subprotocols,
  key: hostileKey,
  headers,
});
const pathOf = (url: string): string => new URL(url).pathname;

test('the program for Node.js connects with any key, subprotocols and header fields', async () => {
  const url = `${base}${hostilePath}?a='"$b`;
  const program = snippetOf('node', { url, subprotocols: ['chat.v1'], key: hostileKey, headers });
  const { exitCode, output } = await runToEnd(process.execPath, ['--input-type=module', '-e', program]);
  expect([exitCode, output]).toEqual([0, expect.stringContaining('hello')]);
  const sent = { 'x-api-key': hostileKey, 'sec-websocket-protocol': 'chat.v1', 'x-room': headers[0]?.value };
  expect(last?.headers).toMatchObject(sent);
  expect(pathOf(`${base}${last?.url}`)).toBe(pathOf(url));
});

test('the program for a page offers the key as a subprotocol, without header fields', () => {
  const calls: unknown[][] = [];
  const program = snippetOf('browser', hostile());
  function Recorder(...values: unknown[]): void {
    calls.push(values);
  }
  runInNewContext(program, { WebSocket: Recorder });
  expect(calls).toEqual([[`${base}${hostilePath}`, [...subprotocols, `sluice.key.${hostileKey}`]]]);
});

test('the program for Python has the same texts as its literals', async () => {
  const stub = `
import json
class Socket:
    def __init__(self, *values, **named): print(json.dumps([values, named]))
    def __enter__(self): return self
    def __exit__(self, *others): pass
    def send(self, text): pass
    def recv(self): return "echo"
connect = Socket
`;
  const program = snippetOf('python', hostile());
  const file = join(folder, 'program.py');
  await writeFile(file, program.replace(/^from .*$/m, stub));
  const { exitCode, output } = await runToEnd(process.env['SLUICE_TEST_PYTHON'] ?? 'python3', [file]);
  expect([exitCode, output.split('\n')[1]]).toEqual([0, 'echo']);
  expect(JSON.parse(output.split('\n')[0] ?? '')).toEqual([
    [`${base}${hostilePath}`],
    { subprotocols, additional_headers: { 'X-Api-Key': hostileKey, 'X-Room': headers[0]?.value } },
  ]);
});

test('the shell passes the options of websocat as they are', async () => {
  const command = snippetOf('websocat', hostile());
  const script = `websocat() { printf '%s\\n' "$@"; }\n${command}`;
  const { exitCode, output } = await runToEnd('sh', ['-c', script]);
  const fields = ['-H', `X-Api-Key: ${hostileKey}`, '-H', `X-Room: ${headers[0]?.value}`];
  const options = ['--protocol', subprotocols.join(', '), ...fields, `${base}${hostilePath}`];
  expect([exitCode, output.trimEnd().split('\n')]).toEqual([0, options]);
});

test('nginx takes the location, and leads a client through it', async () => {
  const port = await freePort();
  const room = { name: 'X-Room', value: 'it\'s "seven" \\;}' };
  const location = snippetOf('nginx', { ...hostile(), key: 'slc_"\\;}', headers: [room] });
  const configuration = `
pid nginx.pid;
events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:${port};
    ${location}
  }
}`;
  const nginx = await startNginx({ 'nginx.conf': configuration }, port);
  try {
    const client = new WebSocket(`ws://127.0.0.1:${port}${hostilePath}`);
    await once(client, 'open');
    client.send('hello');
    const [echo] = (await once(client, 'message')) as [Buffer];
    expect(echo.toString()).toBe('hello');
    const sent = { 'x-api-key': 'slc_"\\;}', 'x-room': room.value, host: new URL(base).host };
    expect(last?.headers).toMatchObject(sent);
    client.terminate();
  } finally {
    await nginx.stop();
  }
});

test('a dollar is no variable of nginx: it is encoded in a host, and a header field with one is left out', () => {
  const location = snippetOf('nginx', { url: 'wss://a$host/path', key: null, headers });
  expect(location).toMatch(/^ {4}proxy_pass https:\/\/a%24host;$/m);
  expect(location).not.toContain('X-Room');
});

test('a header field with a key stands in place of the key', () => {
  const given = [{ name: 'x-api-key', value: 'slc_given' }];
  const program = snippetOf('websocat', { url: 'ws://gateway/', key: 'slc_other', headers: given });
  expect(program).toBe("websocat -H 'x-api-key: slc_given' 'ws://gateway/'");
});
