import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The end of a connection: its close code, 1006 without a close frame, and the time. */
export interface RawClose {
  code: number;
  /** Milliseconds since 1970, with fractions. */
  atMs: number;
}

interface RawClientEvents {
  onText(text: string): void;
  onClose(close: RawClose): void;
}

const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa };
const maxPayload = 125;
const endOfHead = '\r\n\r\n';

/**
 * A minimal WebSocket client, so that thousands of them do not distort a measurement: unfragmented messages
 * of at most 125 bytes, masked with zeros.
 */
export class RawClient {
  #received: Buffer = Buffer.alloc(0);
  #close: RawClose | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly events: RawClientEvents,
  ) {
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('close', () => this.#noteClose(1006));
  }

  /**
   * Rejects if the answer is not a 101. `localAddress` is its source address; by default the system chooses.
   */
  static async open(
    url: string,
    apiKey: string | null,
    events: RawClientEvents,
    localAddress?: string,
  ): Promise<RawClient> {
    const { hostname, port, host, pathname } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, localAddress });
    socket.on('error', () => undefined);
    socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
        (apiKey === null ? '\r\n' : `X-Api-Key: ${apiKey}\r\n\r\n`),
    );
    let head = '';
    while (!head.includes(endOfHead)) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      head += chunk.toString('latin1');
    }
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`no upgrade: ${head}`);
    return new RawClient(socket, events);
  }

  get isOpen(): boolean {
    return this.#close === null;
  }

  send(text: string): void {
    this.#write(opcodes.text, Buffer.from(text));
  }

  end(): void {
    this.socket.destroy();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Sends a close frame; `onClose` is called when the other side has answered. */
  startClose(code: number): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(opcodes.close, payload);
  }

  #onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const length = this.#received[1];
      if (length === undefined || this.#received.length < 2 + length) return;
      if (length > maxPayload) throw new Error('a frame that is too long for this client');
      const opcode = (this.#received[0] ?? 0) & 0x0f;
      const payload = this.#received.subarray(2, 2 + length);
      this.#received = this.#received.subarray(2 + length);
      this.#onFrame(opcode, payload);
    }
  }

  #onFrame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.events.onText(payload.toString());
    if (opcode === opcodes.ping) this.#write(opcodes.pong, payload);
    if (opcode !== opcodes.close) return;
    this.#noteClose(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
    this.#write(opcodes.close, payload.subarray(0, 2));
  }

  #noteClose(code: number): void {
    if (this.#close) return;
    this.#close = { code, atMs: performance.timeOrigin + performance.now() };
    this.events.onClose(this.#close);
  }

  #write(opcode: number, payload: Buffer): void {
    const header = Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]);
    this.socket.write(Buffer.concat([header, payload]));
  }
}
