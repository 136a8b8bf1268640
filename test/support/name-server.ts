import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** The answer for a name: `silent` means no answer, `unknown` is NXDOMAIN. */
export type NameAnswer =
  | 'silent'
  | 'unknown'
  | { ipv4?: string[]; ipv6?: string[] | 'silent'; services?: ServiceAnswer[]; ttlSeconds?: number };

/** An SRV record. */
export interface ServiceAnswer {
  priority: number;
  weight: number;
  port: number;
  target: string;
}

const typeA = 1;
const typeAaaa = 28;
const typeSrv = 33;
const nameError = 3;

/** A DNS server on 127.0.0.1 with scripted answers (RFC 1035 §4), which counts its queries. */
export class NameServer {
  /** `address:port`. */
  readonly address: string;
  readonly #asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly answers: Map<string, NameAnswer>,
  ) {
    this.address = `127.0.0.1:${socket.address().port}`;
    socket.on('message', (question, { port, address }) => {
      const answer = this.#answer(question);
      if (answer) socket.send(answer, port, address);
    });
  }

  static async start(answers: Record<string, NameAnswer>): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket, new Map(Object.entries(answers)));
  }

  say(name: string, answer: NameAnswer): void {
    this.answers.set(name, answer);
  }

  /** The number of queries for IPv4 addresses, or SRV records, of the name. */
  timesAsked(name: string): number {
    return this.#asked.filter((asked) => asked === name).length;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  #answer(question: Buffer): Buffer | null {
    const { name, type, end } = readQuestion(question);
    if (type === typeA || type === typeSrv) this.#asked.push(name);
    const answer = this.answers.get(name) ?? 'unknown';
    if (answer === 'silent') return null;
    if (answer === 'unknown') return compose(question.subarray(0, end), nameError, []);
    const { ipv4 = [], ipv6 = [], services = [], ttlSeconds = 30 } = answer;
    if (type === typeSrv) {
      const records = services.map((service) => record(typeSrv, ttlSeconds, bytesOfService(service)));
      return compose(question.subarray(0, end), 0, records);
    }
    if (type !== typeAaaa)
      return compose(
        question.subarray(0, end),
        0,
        ipv4.map((a) => record(typeA, ttlSeconds, bytesOfIpv4(a))),
      );
    if (ipv6 === 'silent') return null;
    return compose(
      question.subarray(0, end),
      0,
      ipv6.map((a) => record(typeAaaa, ttlSeconds, bytesOfIpv6(a))),
    );
  }
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function compose(question: Buffer, code: number, records: readonly Buffer[]): Buffer {
  const message = Buffer.concat([question, ...records]);
  // The flags: response, recursion desired and available.
  message.writeUInt16BE(0x8180 | code, 2);
  message.writeUInt16BE(records.length, 6);
  message.writeUInt32BE(0, 8);
  return message;
}

function record(type: number, ttlSeconds: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // A pointer to the name in the question, right after the header.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOfIpv4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function bytesOfService({ priority, weight, port, target }: ServiceAnswer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(priority, 0);
  head.writeUInt16BE(weight, 2);
  head.writeUInt16BE(port, 4);
  const labels = target.split('.').filter((label) => label !== '');
  const name = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([head, ...name, Buffer.of(0)]);
}

// Expanded to eight groups.
function bytesOfIpv6(address: string): Buffer {
  return Buffer.from(
    address
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}
