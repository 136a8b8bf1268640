import { socketUrl } from '../api/socket-url.js';
import { hexOf } from '../test/payload.js';
import { parseTapMessage, type FrameMessage, type TapMessage } from './tap-message.js';

/** A frame as the tap reports it, ready to be shown. */
export interface TappedFrame {
  id: number;
  at: number;
  from: 'client' | 'upstream';
  opcode: string;
  bytes: number;
  isFinal: boolean;
  isCompressed: boolean;
  /** The begin of the payload; null if it is not included. */
  payload: Uint8Array | null;
  /** Whether the payload has more bytes than are shown. */
  isTruncated: boolean;
  preview: string;
}

export interface TapSnapshot {
  state: 'idle' | 'opening' | 'open' | 'ended';
  close: { code: number; reason: string } | null;
  frames: readonly TappedFrame[];
  /** Frames that came too fast for the gateway, for the API, or for this list. */
  omitted: number;
}

const maxFrames = 5000;
const payloadBytes = 4096;
const previewBytes = 200;
const nothing: TapSnapshot = { state: 'idle', close: null, frames: [], omitted: 0 };

/**
 * The frames of one connection. Publishes at most one snapshot for each picture of the screen; while it is
 * paused the list stands still, and frames are collected behind it.
 */
export class TapFeed {
  #snapshot = nothing;
  #state: Omit<TapSnapshot, 'frames'> = nothing;
  readonly #frames: TappedFrame[] = [];
  #socket: WebSocket | null = null;
  #scheduled: number | null = null;
  #isPaused = false;
  #lastId = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): TapSnapshot => this.#snapshot;

  open(connection: string): void {
    this.close();
    const url = socketUrl(`/v1/connections/${connection}/tap?payloadBytes=${payloadBytes}`);
    const socket = new WebSocket(url, 'sluice.tap');
    this.#socket = socket;
    this.#change({ state: 'opening', close: null });
    socket.addEventListener('open', () => this.#change({ state: 'open' }));
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = parseTapMessage(data);
      if (message !== null) this.#take(message);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#socket === socket) this.#change({ state: 'ended', close: { code, reason } });
    });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    if (socket !== null) this.#change({ state: 'idle', close: null });
  }

  /** Ends the tap without a trace, as when the page is left. */
  dispose(): void {
    this.close();
    if (this.#scheduled !== null) cancelAnimationFrame(this.#scheduled);
    this.#scheduled = null;
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#change({});
  }

  #take(message: TapMessage): void {
    if (message.type === 'omitted') {
      this.#change({ omitted: this.#state.omitted + message.count });
      return;
    }
    this.#lastId += 1;
    this.#frames.push(shown(this.#lastId, message));
    const excess = this.#frames.length - 2 * maxFrames;
    if (excess > 0) this.#trim();
    this.#change({});
  }

  #trim(): void {
    const excess = Math.max(0, this.#frames.length - maxFrames);
    this.#frames.splice(0, excess);
    this.#state = { ...this.#state, omitted: this.#state.omitted + excess };
  }

  #change(change: Partial<Omit<TapSnapshot, 'frames'>>): void {
    this.#state = { ...this.#state, ...change };
    this.#scheduled ??= requestAnimationFrame(() => this.#publish());
  }

  #publish(): void {
    this.#scheduled = null;
    this.#trim();
    const frames = this.#isPaused ? this.#snapshot.frames : [...this.#frames];
    this.#snapshot = { ...this.#state, frames };
    for (const listener of this.#listeners) listener();
  }
}

function shown(
  id: number,
  { at, from, opcode, length, isFinal, isCompressed, payload }: FrameMessage,
): TappedFrame {
  const bytes = payload === null ? null : bytesOf(payload.bytes);
  return {
    id,
    at: Date.parse(at),
    from,
    opcode,
    bytes: length,
    isFinal,
    isCompressed,
    payload: bytes,
    isTruncated: payload?.isTruncated ?? false,
    preview: bytes === null ? '' : previewOf(opcode, bytes),
  };
}

/**
 * The text of the bytes, with a replacement where they are no UTF-8. A tap fills bytes that it cannot know,
 * since they refer to compressed ones from before it began, with NUL.
 */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll('\0', '·');
}

/** Whether the payload of such a frame is shown as text. */
export function isTextual(opcode: string): boolean {
  return opcode === 'text' || opcode === 'continuation';
}

function previewOf(opcode: string, bytes: Uint8Array): string {
  const begin = bytes.subarray(0, previewBytes);
  if (opcode === 'close') return closeText(begin);
  return isTextual(opcode) ? textOf(begin).replaceAll(/\s+/g, ' ') : hexOf(begin);
}

// The code, two bytes, and the reason (RFC 6455 §5.5.1).
function closeText(bytes: Uint8Array): string {
  const [high, low] = bytes;
  if (high === undefined || low === undefined) return '';
  return `${high * 256 + low} ${textOf(bytes.subarray(2))}`.trim();
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
