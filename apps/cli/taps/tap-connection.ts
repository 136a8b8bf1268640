import type { RawData } from 'ws';
import type { ApiClient } from '../api/api-client.js';
import { closed, opened, type SocketEnd } from '../sockets/opened.js';
import { tapMessageSchema, type TapMessage } from './tap-message.js';

/** The end of a tap: refused, with lines that explain why, or closed by either side. */
export type TapEnd = { isRefused: true; lines: string[] } | ({ isRefused: false } & SocketEnd);

interface TapOptions {
  /** The number of bytes shown of each payload. */
  payloadBytes: number;
  onOpen: () => void;
  onMessage: (message: TapMessage) => void;
  /** Ends the tap with 1000. */
  signal: AbortSignal;
}

/** Taps one live connection until it ends or the signal is aborted. */
export async function tapConnection(
  api: ApiClient,
  connectionId: string,
  { payloadBytes, onOpen, onMessage, signal }: TapOptions,
): Promise<TapEnd> {
  const socket = api.openSocket(
    `/v1/connections/${encodeURIComponent(connectionId)}/tap?payloadBytes=${payloadBytes}`,
  );
  const end = closed(socket);
  socket.once('open', onOpen);
  socket.on('message', (data: RawData) => {
    // Frames in flight still arrive after this side has closed.
    if (!signal.aborted) onMessage(tapMessageSchema.parse(JSON.parse(textOf(data))));
  });
  const stop = (): void => socket.close(1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const lines = await opened(socket);
    return lines === null ? { isRefused: false, ...(await end) } : { isRefused: true, lines };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}
