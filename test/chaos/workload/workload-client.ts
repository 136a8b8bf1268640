import { WebSocket, type RawData } from 'ws';
import { machineMs } from '../machine-clock.js';
import type { ConnectionEvent, EventsMessage } from '../events.js';
import { Random } from '../../support/random.js';
import type { ClientPlan } from './client-plan.js';

type Event = EventsMessage['events'][number];

export const lastMessage = 'bye';
export const upstreamNames = ['a', 'b'];

// Longer than any pause of a gateway: a client that waits for a paused gateway is admitted when it resumes.
const handshakeTimeoutMs = 40_000;
const maxFillerLength = 2000;

/** A client that compares each echo with its message, and reconnects when its connection has ended. */
export class WorkloadClient {
  readonly #random: Random;
  #socket: WebSocket | null = null;
  #connection = '';
  #attempts = 0;
  #isOpen = false;
  #isLeaving = false;
  #isQuiesced = false;
  #hasLeft = false;
  #echoed = 0;
  #messages = 0;
  #unanswered: Buffer[] = [];
  #sending: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;

  constructor(
    readonly plan: ClientPlan,
    private readonly onEvent: (event: Event) => void,
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

  start(): void {
    this.#next = setTimeout(() => this.#open(), this.#random.between(0, 1000));
  }

  /** Stops sending, opening and closing. */
  quiesce(): void {
    this.#isQuiesced = true;
    clearTimeout(this.#next);
    clearInterval(this.#sending);
  }

  /** Closes its connection and does not reconnect. */
  leave(): void {
    this.quiesce();
    this.#hasLeft = true;
    if (this.#isOpen && !this.#isLeaving) this.#sendLastMessage();
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
      this.onEvent({ kind: 'refused', startedAtMs, atMs: machineMs(), gateway, path, status, problem });
      this.#reconnect();
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
    this.#record('opened');
    socket.on('message', (data) => this.#onMessage(bytesOf(data)));
    socket.once('close', (code) => this.#onClose(code));
    if (this.#hasLeft) this.#sendLastMessage();
    if (this.#isQuiesced) return;
    const { sendEveryMs, stayMs } = this.plan;
    this.#sendNext();
    this.#sending = setInterval(() => this.#sendNext(), sendEveryMs);
    if (stayMs === null) return;
    this.#next = setTimeout(() => this.#sendLastMessage(), this.#random.between(stayMs.min, stayMs.max));
  }

  #onMessage(message: Buffer): void {
    const expected = this.#unanswered.shift();
    if (expected?.equals(message) !== true) {
      const [got, wanted] = [message, expected].map(
        (bytes) => bytes?.toString('latin1').slice(0, 60) ?? 'nothing',
      );
      const detail = `was echoed as "${got}", expected "${wanted}"`;
      this.onEvent({ kind: 'corrupted', atMs: machineMs(), connection: this.#connection, detail });
    }
    this.#echoed += 1;
    // The last echo has arrived, so the upstream has recorded `leaving` before the gateway releases the slot.
    if (this.#isLeaving && this.#unanswered.length === 0) this.#socket?.close(1000);
  }

  #onClose(code: number): void {
    clearInterval(this.#sending);
    clearTimeout(this.#next);
    this.#record('ended', code);
    this.#isOpen = false;
    this.#socket = null;
    this.#unanswered = [];
    this.#reconnect();
  }

  #reconnect(): void {
    if (this.#isQuiesced) return;
    this.#next = setTimeout(() => this.#open(), this.#random.between(100, 700));
  }

  #sendLastMessage(): void {
    clearInterval(this.#sending);
    this.#isLeaving = true;
    this.#record('leaving');
    this.#send(Buffer.from(lastMessage));
  }

  #sendNext(): void {
    this.#messages += 1;
    const filler = 'x'.repeat(this.#random.below(maxFillerLength));
    this.#send(Buffer.from(`${this.#connection}|${this.#messages}|${filler}`));
  }

  #send(message: Buffer): void {
    this.#unanswered.push(message);
    this.#socket?.send(message, { binary: this.#random.happens(0.5) });
  }

  #record(kind: ConnectionEvent['kind'], code?: number): void {
    const { gateway, tenant, path } = this.plan;
    const upstream = this.#socket?.protocol ?? '';
    const event = { side: 'client' as const, kind, atMs: machineMs(), connection: this.#connection };
    this.onEvent({ ...event, gateway, tenant, path, upstream, ...(code !== undefined && { code }) });
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
