import { closeSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectPeer, createEngine, listenWith } from '../../test/support/engine-sockets.js';
import { SharedPort } from './shared-port.js';

const host = '127.0.0.1';

describe.runIf(process.platform === 'linux')('a shared port', () => {
  test('is in use from its reservation until it is closed', () => {
    const { port } = reserve('127.0.0.1');
    const taken = { code: 'EADDRINUSE', syscall: 'listen', address: host, port };
    expect(() => SharedPort.reserve(host, port)).toThrow(expect.objectContaining(taken));
    expect(() => listenWith(createEngine(), {}, port)).toThrow(expect.objectContaining(taken));
  });

  test('on IPv6 also accepts IPv4, like a Node server', async () => {
    const { port } = reserve('::');
    expect(() => SharedPort.reserve(host, port)).toThrow('EADDRINUSE');
    const server = createServer().listen(0, '::');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const ofServer = (server.address() as AddressInfo).port;
    expect(() => SharedPort.reserve(host, ofServer)).toThrow('EADDRINUSE');
    expect(() => SharedPort.reserve('::', ofServer)).toThrow('EADDRINUSE');
  });

  test('is rejected on an address that this system does not have', () => {
    const away = { code: 'EADDRNOTAVAIL', address: '192.0.2.1', port: 0 };
    expect(() => SharedPort.reserve('192.0.2.1', 0)).toThrow(expect.objectContaining(away));
  });

  test('spreads its clients over listeners of the engine and of Node servers', async () => {
    const port = reserve('127.0.0.1');
    const engine = createEngine();
    const accepted = { engine: 0, node: 0 };
    const listener = engine.listenOn(
      { descriptor: port.openListener(), host: port.host, port: port.port, backlog: 64 },
      {
        onSocket: (socket) => {
          accepted.engine += 1;
          socket.destroy();
        },
        onAcceptFailed: () => undefined,
      },
    );
    expect(listener.port).toBe(port.port);
    const server = createServer((socket) => {
      accepted.node += 1;
      socket.destroy();
    });
    server.listen({ fd: port.openListener(), backlog: 64 });
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (let count = 0; count < 64; count += 1) await once(connect(port.port, host).resume(), 'close');
    expect(accepted.engine + accepted.node).toBe(64);
    expect(Math.min(accepted.engine, accepted.node)).toBeGreaterThan(0);
  });

  test('sends no client to a descriptor that no process listens on', async () => {
    const port = reserve('127.0.0.1');
    const descriptor = port.openListener();
    onTestFinished(() => closeSync(descriptor));
    await expect(connectPeer(port.port)).rejects.toThrow('ECONNREFUSED');
  });
});

function reserve(address: string): SharedPort {
  const reserved = SharedPort.reserve(address, 0);
  if (!reserved.ok) throw new Error(reserved.reason);
  onTestFinished(() => reserved.port.close());
  return reserved.port;
}
