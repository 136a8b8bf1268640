import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { testCertificate } from './tls-certificates.js';

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { endStream: 1, ack: 1, endHeaders: 4 } as const;

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** A client of HTTP/2 that writes frames as they are asked for, whether they are allowed or not. */
export class RawHttp2Client {
  readonly frames: Frame[] = [];
  #received = Buffer.alloc(0);
  #wake = (): void => undefined;

  private constructor(readonly socket: TLSSocket) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  /** Connects to the TLS address of a gateway, and sends the preface with these settings. */
  static async connect(url: string, settings: Buffer = Buffer.alloc(0)): Promise<RawHttp2Client> {
    const ca = await testCertificate('ca.crt');
    const port = Number(new URL(url).port);
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'default.test',
      ca,
      ALPNProtocols: ['h2'],
    });
    const client = new RawHttp2Client(socket);
    await once(socket, 'secureConnect');
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    client.send(frame(frameType.settings, 0, 0, settings));
    return client;
  }

  send(...frames: Buffer[]): boolean {
    return this.socket.write(Buffer.concat(frames));
  }

  /** Resolves with the first frame for which `accept` is true, also one that has arrived before. */
  async until(accept: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(accept);
      if (found) return found;
      if (this.socket.destroyed) throw new Error('the connection was closed before the frame arrived');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async closed(): Promise<void> {
    // Not `once`, which rejects when the socket fails.
    if (!this.socket.closed) await new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const length = this.#received.length < 9 ? Infinity : this.#received.readUIntBE(0, 3);
      if (this.#received.length < 9 + length) return;
      this.frames.push({
        type: this.#received.readUInt8(3),
        flags: this.#received.readUInt8(4),
        stream: this.#received.readUInt32BE(5),
        payload: this.#received.subarray(9, 9 + length),
      });
      this.#received = this.#received.subarray(9 + length);
    }
  }
}

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Encodes fields as literals without an index and without Huffman coding (RFC 7541 §6.2.2). */
export function fieldBlock(fields: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]),
  );
}

/** HEADERS of an ordinary request to `app.test`, whose body is still to come. */
export function requestHeaders(stream: number, fields: Record<string, string> = {}, flags = 0): Buffer {
  const pseudo = { ':method': 'GET', ':scheme': 'https', ':path': '/', ':authority': 'app.test' };
  return frame(frameType.headers, flag.endHeaders | flags, stream, fieldBlock({ ...pseudo, ...fields }));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  // An integer with a prefix of 7 bits (RFC 7541 §5.1).
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
