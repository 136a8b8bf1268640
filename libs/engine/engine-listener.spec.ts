import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../../test/support/child-processes.js';
import {
  accept,
  connectPeer,
  createEngine,
  joinWith,
  listenWith,
} from '../../test/support/engine-sockets.js';
import type { EngineSocket } from './engine-socket.js';

const host = '127.0.0.1';

test('many clients that connect at once are all accepted, each with its address and its bytes', async () => {
  const engine = createEngine();
  const received: string[] = [];
  const addresses = new Set<string>();
  const { port } = listenWith(engine, {
    onSocket: (accepted) => {
      addresses.add(accepted.remoteAddress);
      const socket = accepted.toStream();
      socket.on('data', (bytes: Buffer) => {
        received.push(String(bytes));
        socket.end(bytes);
      });
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const peer = await connectPeer(port);
      peer.end(`${index}`);
      const [answer] = (await once(peer, 'data')) as [Buffer];
      return Number(answer);
    }),
  );
  expect(answers).toEqual(Array.from({ length: 300 }, (_, index) => index));
  expect(new Set(received).size).toBe(300);
  expect([...addresses]).toEqual([host]);
});

test('a client that sends an upgrade request at once comes with it, and others come first without it', async () => {
  const engine = createEngine();
  const upgrades: string[] = [];
  const others: string[] = [];
  const { port } = listenWith(engine, {
    onSocket: (accepted) => {
      accepted.toStream().on('data', (bytes: Buffer) => others.push(String(bytes)));
    },
    onUpgrade: (accepted, { target, key }, rest) => {
      upgrades.push([accepted.remoteAddress, target, key, String(rest)].join(' '));
      accepted.toStream().on('data', (bytes: Buffer) => upgrades.push(String(bytes)));
    },
  });
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const request = upgradeRequest('/chat', key);
  const upgrading = await connectPeer(port);
  upgrading.write(`${request}early`);
  await vi.waitFor(() => expect(upgrades).toEqual([`${host} /chat ${key} early`]));
  upgrading.write('later');
  await vi.waitFor(() => expect(upgrades[1]).toBe('later'));
  // The engine reads the head, and TypeScript refuses its path.
  for (const text of ['hello', upgradeRequest('/%zz', key)]) {
    (await connectPeer(port)).write(text);
    await vi.waitFor(() => expect(others.at(-1)).toBe(text));
  }
  const slow = await connectPeer(port);
  slow.write(request.slice(0, 20));
  await vi.waitFor(() => expect(others.at(-1)).toBe(request.slice(0, 20)));
  slow.write(request.slice(20));
  await vi.waitFor(() => expect(others.at(-1)).toBe(request.slice(20)));
  expect(upgrades).toHaveLength(2);
});

test('listening on a port in use throws the same error as Node, and leaves no listener open', async () => {
  const engine = createEngine();
  const { port } = listenWith(engine);
  expect(() => engine.listen({ host, port, backlog: 1 }, refusesAll)).toThrow(
    expect.objectContaining({ code: 'EADDRINUSE', syscall: 'listen', address: host, port }),
  );
  expect(() => engine.listen({ host: 'no address', port: 0, backlog: 1 }, refusesAll)).toThrow('EINVAL');
  await engine.close();
});

test('a stopped listener accepts no new connections, and its open connections continue', async () => {
  const { listener, near, peer } = await accept(createEngine());
  listener.stop();
  listener.stop();
  const late = connect({ host, port: listener.port });
  expect(await once(late, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  near.write('still here');
  expect(String(await once(peer, 'data'))).toBe('still here');
});

test('the engine closes with sockets in every state, and leaves none of them open', async () => {
  const before = openResources();
  const engine = createEngine();
  const connections = await Promise.all(Array.from({ length: 8 }, () => accept(engine)));
  const [idle, reading, ended, peerEnded, behind, destroyed, client, upstream] = connections;
  if (!idle || !reading || !ended || !peerEnded || !behind || !destroyed || !client || !upstream)
    throw new Error();
  reading.near.resume();
  ended.near.end();
  peerEnded.near.resume();
  peerEnded.peer.end();
  await once(peerEnded.near, 'end');
  behind.peer.pause();
  behind.near.write(Buffer.alloc(64 * 1024 * 1024));
  destroyed.near.destroy();
  const { ended: joined } = joinWith(engine, { client: client.socket, upstream: upstream.socket });
  const connecting = engine.connect(host, idle.listener.port);

  await engine.close();
  await engine.close();
  expect(await joined).toMatchObject({ closeCode: 1006 });
  for (const { socket } of connections) expect(socket.isGone).toBe(true);
  expect(connecting.isGone).toBe(true);
  for (const { peer } of connections) peer.destroy();
  for (const { peer } of connections) if (!peer.closed) await once(peer, 'close');
  // The sockets do not call an engine that is closed.
  for (const { socket } of connections) socket.resetAndDestroy();
  await expect.poll(openResources).toEqual(before);
  expect(() => listenWith(engine)).toThrow();
});

test('a listener without free file descriptors rejects clients without delay, and accepts again later', async () => {
  const script = `
    import { openSync, closeSync } from 'node:fs';
    import { Engine } from '#libs/engine';
    const { engine } = Engine.create();
    const onSocket = (socket) => socket.toStream().end('hello');
    const onAcceptFailed = (error) => console.log('failed', error.code);
    const { port } = engine.listen({ host: '${host}', port: 0, backlog: 128 }, { onSocket, onAcceptFailed });
    console.log('port', port);
    const taken = [];
    process.stdin.on('data', () => {
      if (taken.length > 0) for (const file of taken.splice(0)) closeSync(file);
      else try { for (;;) taken.push(openSync('/dev/null')); } catch (error) { console.log(error.code); return; }
      console.log('free');
    });`;
  const run = [
    'sh',
    '-c',
    'ulimit -n 100; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
  ];
  const child = startChild(run[0] ?? '', run.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'close');
  });
  let output = '';
  child.stdout?.on('data', (text: Buffer) => (output += String(text)));
  const printed = (pattern: RegExp): Promise<void> => expect.poll(() => output).toMatch(pattern);
  await printed(/port \d+/);
  const port = Number(/port (\d+)/.exec(output)?.[1]);
  child.stdin?.write('take');
  await printed(/EMFILE/);
  const turnedAway = await Promise.all(
    Array.from({ length: 20 }, () => connectPeer(port).then(textOf, () => '')),
  );
  expect(turnedAway).toEqual(Array(20).fill(''));
  child.stdin?.write('free');
  await printed(/free/);
  expect(await textOf(await connectPeer(port))).toBe('hello');
});

const refusesAll = {
  onSocket: (socket: EngineSocket): unknown => socket.destroy(),
  onAcceptFailed: () => undefined,
};

function upgradeRequest(target: string, key: string): string {
  const fields = ['Host: a.test', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  return [`GET ${target} HTTP/1.1`, ...fields, `Sec-WebSocket-Key: ${key}`, '', ''].join('\r\n');
}

/** The handles and requests that keep this process alive, except for the timers of the test itself. */
function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Timeout')
    .sort();
}

async function textOf(peer: Socket): Promise<string> {
  let text = '';
  peer.on('data', (bytes: Buffer) => (text += String(bytes)));
  peer.on('end', () => peer.end());
  await new Promise((resolve) => peer.once('close', resolve));
  return text;
}
