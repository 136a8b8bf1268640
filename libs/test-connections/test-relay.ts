import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import {
  problemDocument,
  problemMediaType,
  type FieldProblem,
  type ProblemDocument,
} from '#libs/problem-details';
import type { ClientMessage, OpenMessage } from './client-message.js';
import type { DialGateway } from './gateway-dialer.js';

/** What the API sends to the client, in JSON; binary messages are relayed as they are. */
type ApiMessage =
  | { type: 'opened'; status: 101; headers: Field[]; subprotocol: string; extensions: string }
  | { type: 'refused'; status: number; headers: Field[]; body: string | null }
  | { type: 'failed'; problem: ProblemDocument }
  | { type: 'text'; data: string }
  | { type: 'closed'; code: number; reason: string };

interface Field {
  name: string;
  value: string;
}

export interface TestRelayOptions {
  dial: DialGateway;
  /** Parses a text message of the client. */
  parse: (text: string) => { ok: true; message: ClientMessage } | { ok: false; errors: FieldProblem[] };
  openTimeoutMs?: number;
  maxLifetimeMs?: number;
}

const maxBodyBytes = 16 * 1024;
/** While one side has more to read than this, the other side is not read. */
const maxBufferedBytes = 1024 * 1024;

/**
 * Joins the client of a test connection to a gateway, once its first message names the URL. Each side reads
 * only as fast as the other one, so what is held is bounded.
 */
export class TestRelay {
  #state: 'waiting' | 'dialing' | 'joined' | 'ended' = 'waiting';
  #gateway: WebSocket | null = null;
  #deadline: NodeJS.Timeout;
  readonly #gone = new AbortController();

  constructor(
    private readonly client: WebSocket,
    private readonly options: TestRelayOptions,
  ) {
    const { openTimeoutMs = 10_000 } = options;
    this.#deadline = setTimeout(() => this.#expire('no URL in time'), openTimeoutMs);
    client.on('message', (data: Buffer, isBinary: boolean) => this.#fromClient(data, isBinary));
    client.once('close', () => this.#leave());
  }

  #fromClient(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'ended') return;
    if (isBinary) {
      this.#toGateway(data);
      return;
    }
    const parsed = this.options.parse(data.toString());
    if (parsed.ok) this.#handle(parsed.message);
    else this.#fail(problemDocument('validation_failed', { errors: parsed.errors }));
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'open':
        if (this.#state === 'waiting')
          this.#open(message).catch(() => this.#fail(problemDocument('internal_error')));
        else this.#refuseOrder('The test connection has a URL already.');
        return;
      case 'text':
        this.#toGateway(message.data);
        return;
      case 'close':
        if (this.#state === 'joined') this.#gateway?.close(message.code, message.reason);
        else this.#finish({ type: 'closed', code: message.code, reason: message.reason });
        return;
      default:
        message satisfies never;
    }
  }

  async #open(request: OpenMessage): Promise<void> {
    this.#state = 'dialing';
    clearTimeout(this.#deadline);
    const { maxLifetimeMs = 30 * 60_000 } = this.options;
    this.#deadline = setTimeout(() => this.#expire('maximum lifetime'), maxLifetimeMs);
    const dialed = await this.options.dial(request, this.#gone.signal);
    if (!dialed.ok) {
      this.#fail(dialed.problem);
      return;
    }
    this.#gateway = dialed.socket;
    this.#listen(dialed.socket);
    // The client may have left while the gateway was dialed.
    if (this.#gone.signal.aborted) dialed.socket.terminate();
  }

  #listen(gateway: WebSocket): void {
    let headers: Field[] = [];
    gateway.on('upgrade', (response) => (headers = fieldsOf(response)));
    gateway.on('open', () => {
      this.#state = 'joined';
      const { protocol: subprotocol, extensions } = gateway;
      this.#send({ type: 'opened', status: 101, headers, subprotocol, extensions });
    });
    gateway.on('unexpected-response', (_request, response) => {
      void this.#refused(response).finally(() => gateway.terminate());
    });
    gateway.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? data : JSON.stringify({ type: 'text', data: data.toString() });
      relay(gateway, this.client, message);
    });
    gateway.on('error', (error) => this.#broken(error));
    gateway.on('close', (code, reason) => this.#finish({ type: 'closed', code, reason: reason.toString() }));
  }

  async #refused(response: IncomingMessage): Promise<void> {
    const body = await problemIn(response);
    this.#finish({ type: 'refused', status: response.statusCode ?? 0, headers: fieldsOf(response), body });
  }

  #broken(error: Error & { code?: string }): void {
    if (this.#state !== 'joined') {
      const detail = `The handshake failed: ${error.message}.`;
      this.#fail(problemDocument('upstream_bad_handshake', { detail }));
    } else if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      this.#finish({ type: 'closed', code: 1009, reason: 'message too big for a test' });
    } else {
      this.#finish({ type: 'closed', code: 1002, reason: error.message.slice(0, 100) });
    }
  }

  #toGateway(message: Buffer | string): void {
    if (this.#state === 'joined' && this.#gateway !== null) relay(this.client, this.#gateway, message);
    else this.#refuseOrder('The test connection is not open.');
  }

  #refuseOrder(detail: string): void {
    this.#fail(problemDocument('invalid_request', { detail }));
  }

  #fail(problem: ProblemDocument): void {
    this.#finish({ type: 'failed', problem });
  }

  #finish(last: ApiMessage): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#send(last);
    this.client.close(1000, '');
    this.#leave();
  }

  #expire(reason: string): void {
    this.client.close(1008, reason);
    this.#leave();
  }

  /** Ends the side of the gateway. Safe to call twice. */
  #leave(): void {
    this.#state = 'ended';
    clearTimeout(this.#deadline);
    this.#gone.abort();
    // So that the close frame of the other side is read.
    this.client.resume();
    this.#gateway?.resume();
    this.#gateway?.close(1001);
  }

  #send(message: ApiMessage): void {
    if (this.client.readyState === this.client.OPEN) this.client.send(JSON.stringify(message));
  }
}

function relay(from: WebSocket, to: WebSocket, message: Buffer | string): void {
  if (to.readyState !== to.OPEN) return;
  to.send(message, () => {
    if (to.bufferedAmount <= maxBufferedBytes) from.resume();
  });
  if (to.bufferedAmount > maxBufferedBytes) from.pause();
}

function fieldsOf({ rawHeaders }: IncomingMessage): Field[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '' }] : [],
  );
}

/**
 * The problem document of a gateway that refuses, up to 16 KiB. Other bodies are not read: at an address that
 * is not a gateway they could have anything.
 */
async function problemIn(response: IncomingMessage): Promise<string | null> {
  if (!(response.headers['content-type'] ?? '').startsWith(problemMediaType)) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString();
}
