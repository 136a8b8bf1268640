import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { answerCalls, type WorkerCalls } from './bench-worker.js';

const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa };
const maskBytes = 4;

/**
 * A minimal upstream, so that thousands of its connections do not distort a measurement. It echoes each text,
 * answers pings and closes; messages are unfragmented and have at most 125 bytes.
 */
const calls = {
  /** Listens; returns its URL. */
  async listen(): Promise<string> {
    const server = createServer({ noDelay: true }, (socket) => new RawEcho(socket));
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 });
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
} satisfies WorkerCalls;

export type RawEchoCalls = typeof calls;

class RawEcho {
  #received: Buffer = Buffer.alloc(0);
  #isJoined = false;

  constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      if (!this.#isJoined) this.#answerHandshake();
      while (this.#isJoined && this.#takeFrame());
    });
  }

  #answerHandshake(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const key = /^sec-websocket-key: *(\S+)/im.exec(this.#received.toString('latin1', 0, end))?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}${acceptSuffix}`).digest('base64');
    this.#received = this.#received.subarray(end + 4);
    this.#isJoined = true;
    this.socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  }

  /** False if there is no complete frame. */
  #takeFrame(): boolean {
    const length = (this.#received[1] ?? 0) & 0x7f;
    const end = 2 + maskBytes + length;
    if (this.#received.length < end) return false;
    const opcode = (this.#received[0] ?? 0) & 0x0f;
    const mask = this.#received.subarray(2, 2 + maskBytes);
    const masked = this.#received.subarray(2 + maskBytes, end);
    this.#answer(opcode, Buffer.from(masked.map((byte, index) => byte ^ (mask[index % maskBytes] ?? 0))));
    this.#received = this.#received.subarray(end);
    return true;
  }

  #answer(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.pong) return;
    const answer = opcode === opcodes.ping ? opcodes.pong : opcode;
    this.socket.write(Buffer.concat([Buffer.from([0x80 | answer, payload.length]), payload]));
    if (opcode === opcodes.close) this.socket.end();
  }
}

answerCalls(calls);
