import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { deferred } from '../../support/deferred.js';

/** A VNC server with an empty screen (RFC 6143). */
export interface VncDesktop {
  port: number;
  /** Resolves when a client has pressed the key `a`. */
  pressed: Promise<undefined>;
  close: () => void;
}

const noAuthentication = 1;
/** A KeyEvent of the client: pressed, and the keysym of `a` (RFC 6143 §7.5.4). */
const pressedA = Buffer.from([4, 1, 0, 0, 0, 0, 0, 0x61]);

export async function startVncDesktop(name: string): Promise<VncDesktop> {
  const { promise: pressed, resolve } = deferred<undefined>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    greet(socket, name, () => resolve(undefined));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: address.port, pressed, close };
}

/** The four steps of the handshake, each after that many bytes of the client; then it waits for the key. */
function greet(socket: Socket, name: string, onPressed: () => void): void {
  const steps: [bytes: number, answer: Buffer][] = [
    [12, Buffer.from([1, noAuthentication])],
    [1, Buffer.alloc(4)],
    [1, serverInit(name)],
  ];
  let received = Buffer.alloc(0);
  socket.on('error', () => undefined).write('RFB 003.008\n');
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    for (let [step] = steps; step !== undefined && received.length >= step[0]; [step] = steps) {
      received = received.subarray(step[0]);
      socket.write(step[1]);
      steps.shift();
    }
    if (steps.length === 0 && received.includes(pressedA)) onPressed();
  });
}

/** Width, height, 32 bits of true colour for a pixel, and the name (RFC 6143 §7.3.2). */
function serverInit(name: string): Buffer {
  const head = Buffer.from([0, 64, 0, 48, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
  return Buffer.concat([head, Buffer.from([0, 0, 0, name.length]), Buffer.from(name)]);
}
