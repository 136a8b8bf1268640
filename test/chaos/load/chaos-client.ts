import { WebSocket, type RawData } from 'ws';
import { machineMs } from '../machine-clock.js';
import type { ConnectionNote, NotesMessage } from '../notes.js';
import { Random } from '../../support/random.js';
import type { ClientPlan } from './client-plan.js';

type Note = NotesMessage['notes'][number];

export const farewell = 'bye';
export const upstreamNames = ['a', 'b'];

// Above what a gateway is stopped for: who waits for it gets in when it wakes up.
const handshakeTimeoutMs = 40_000;
const longestFiller = 2000;

/** One client: opens a connection, holds what comes back against what it sent, and comes again when it has ended. */
export class ChaosClient {
  readonly #random: Random;
  #socket: WebSocket | null = null;
  #connection = '';
  #attempts = 0;
  #isOpen = false;
  #isLeaving = false;
  #isHushed = false;
  #isGone = false;
  #echoed = 0;
  #messages = 0;
  #unanswered: Buffer[] = [];
  #talking: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;

  constructor(
    readonly plan: ClientPlan,
    private readonly onNote: (note: Note) => void,
  ) {
    this.#random = new Random(plan.seed);
  }

  get openConnection(): string | null {
    return this.#isOpen && !this.#isLeaving ? this.#connection : null;
  }

  get isOpening(): boolean {
    return this.#socket !== null && (!this.#isOpen || this.#isLeaving);
  }

  get unanswered(): number {
    return this.#unanswered.length;
  }

  get echoed(): number {
    return this.#echoed;
  }

  begin(): void {
    this.#next = setTimeout(() => this.#open(), this.#random.between(0, 1000));
  }

  /** Does nothing more of its own. */
  hush(): void {
    this.#isHushed = true;
    clearTimeout(this.#next);
    clearInterval(this.#talking);
  }

  /** Ends its connection, for good. */
  leave(): void {
    this.hush();
    this.#isGone = true;
    if (this.#isOpen && !this.#isLeaving) this.#sayFarewell();
    else if (!this.#isOpen) this.#socket?.terminate();
  }

  #open(): void {
    const { url, path, gateway, apiKey, name } = this.plan;
    this.#attempts += 1;
    this.#connection = `${name}.${this.#attempts}`;
    const startedAtMs = machineMs();
    const headers = apiKey === null ? {} : { 'X-Api-Key': apiKey };
    const target = `${url}${path}?connection=${this.#connection}&gateway=${gateway}`;
    const options = { headers, handshakeTimeout: handshakeTimeoutMs, perMessageDeflate: false };
    const socket = new WebSocket(target, upstreamNames, options);
    this.#socket = socket;
    const refuse = (status: number, problem: string): void => {
      socket.removeAllListeners().on('error', () => undefined);
      socket.terminate();
      this.#socket = null;
      this.onNote({ kind: 'refused', startedAtMs, atMs: machineMs(), gateway, path, status, problem });
      this.#comeAgain();
    };
    socket.once('open', () => this.#onOpen(socket));
    socket.on('error', (error) => (this.#isOpen ? undefined : refuse(0, error.message)));
    socket.once('unexpected-response', (_request, response) => {
      response.setEncoding('utf8').once('data', (text: string) => refuse(response.statusCode ?? 0, text));
      response.once('close', () =>
        this.#socket === socket ? refuse(response.statusCode ?? 0, '') : undefined,
      );
    });
  }

  #onOpen(socket: WebSocket): void {
    this.#isOpen = true;
    this.#isLeaving = false;
    this.#messages = 0;
    this.#unanswered = [];
    this.#note('opened');
    socket.on('message', (data) => this.#onMessage(bytesOf(data)));
    socket.once('close', (code) => this.#onClose(code));
    if (this.#isGone) this.#sayFarewell();
    if (this.#isHushed) return;
    const { talkEveryMs, stayMs } = this.plan;
    this.#say();
    this.#talking = setInterval(() => this.#say(), talkEveryMs);
    if (stayMs === null) return;
    this.#next = setTimeout(() => this.#sayFarewell(), this.#random.between(stayMs.least, stayMs.most));
  }

  #onMessage(message: Buffer): void {
    const expected = this.#unanswered.shift();
    if (expected?.equals(message) !== true) {
      const [got, wanted] = [message, expected].map(
        (bytes) => bytes?.toString('latin1').slice(0, 60) ?? 'nothing',
      );
      const detail = `came back as "${got}", expected "${wanted}"`;
      this.onNote({ kind: 'garbled', atMs: machineMs(), connection: this.#connection, detail });
    }
    this.#echoed += 1;
    // It leaves when its farewell is back: the upstream knows of it before the gateway does.
    if (this.#isLeaving && this.#unanswered.length === 0) this.#socket?.close(1000);
  }

  #onClose(code: number): void {
    clearInterval(this.#talking);
    clearTimeout(this.#next);
    this.#note('ended', code);
    this.#isOpen = false;
    this.#socket = null;
    this.#unanswered = [];
    this.#comeAgain();
  }

  #comeAgain(): void {
    if (this.#isHushed) return;
    this.#next = setTimeout(() => this.#open(), this.#random.between(100, 700));
  }

  #sayFarewell(): void {
    clearInterval(this.#talking);
    this.#isLeaving = true;
    this.#note('leaving');
    this.#send(Buffer.from(farewell));
  }

  #say(): void {
    this.#messages += 1;
    const filler = 'x'.repeat(this.#random.below(longestFiller));
    this.#send(Buffer.from(`${this.#connection}|${this.#messages}|${filler}`));
  }

  #send(message: Buffer): void {
    this.#unanswered.push(message);
    this.#socket?.send(message, { binary: this.#random.happens(0.5) });
  }

  #note(kind: ConnectionNote['kind'], code?: number): void {
    const { gateway, tenant, path } = this.plan;
    const upstream = this.#socket?.protocol ?? '';
    const note = { side: 'client' as const, kind, atMs: machineMs(), connection: this.#connection };
    this.onNote({ ...note, gateway, tenant, path, upstream, ...(code !== undefined && { code }) });
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
