import { parseApiEvent, type ApiEvent, type ChangePosition } from './api-event.js';
import { socketUrl } from './socket-url.js';

export interface EventFeedInput {
  onEvent: (event: ApiEvent) => void;
  /**
   * The socket is open again. `isResumed`: the changes meanwhile follow as events; otherwise anything may
   * have changed.
   */
  onReopened: (isResumed: boolean) => void;
  /** Whether the API answers, and the session is valid; asked before the socket is opened again. */
  isReachable: () => Promise<boolean>;
  /** The API answers, but the socket does not open, as behind a proxy that passes no WebSockets. */
  onUnavailable: () => void;
}

const firstRetryMs = 500;
const maxRetryMs = 10_000;

/** The events of the API, over one socket that is opened again whenever it has closed. */
export class EventFeed {
  #socket: WebSocket | null = null;
  #timer: number | null = null;
  #position: ChangePosition | null = null;
  #retryMs = firstRetryMs;
  #wasOpen = false;
  #isStopped = false;

  constructor(private readonly input: EventFeedInput) {}

  start(): void {
    this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) window.clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open(): void {
    const resumed = this.#position;
    const socket = new WebSocket(urlOf(resumed), 'sluice.events');
    this.#socket = socket;
    let isOpen = false;
    socket.addEventListener('open', () => {
      isOpen = true;
      this.#retryMs = firstRetryMs;
      if (this.#wasOpen) this.input.onReopened(resumed !== null);
      this.#wasOpen = true;
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#take(data));
    socket.addEventListener('close', () => {
      if (this.#isStopped) return;
      // A position that is too old is refused like anything else: browsers do not say why.
      if (!isOpen) this.#position = null;
      if (!isOpen && resumed === null) this.input.onUnavailable();
      this.#retryLater();
    });
  }

  #take(data: unknown): void {
    const event = parseApiEvent(data);
    if (event === null || this.#isStopped) return;
    if (event.type === 'change' || event.type === 'live') this.#position = event.position;
    this.input.onEvent(event);
  }

  // The API is asked first: a socket that fails says nothing about the reason.
  #retryLater(): void {
    this.#timer = window.setTimeout(() => void this.#retry(), this.#retryMs);
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2);
  }

  async #retry(): Promise<void> {
    const isReachable = await this.input.isReachable();
    if (this.#isStopped) return;
    if (isReachable) this.#open();
    else this.#retryLater();
  }
}

function urlOf(position: ChangePosition | null): URL {
  const url = socketUrl('/v1/events');
  if (position !== null) {
    url.searchParams.set('since', String(position.revision));
    url.searchParams.set('epoch', position.epoch);
  }
  return url;
}
