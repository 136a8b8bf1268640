import type { Problem } from '../api/client.js';
import type { HeaderField } from '../parts/header-lines.js';
import type { Handshake } from './credential.js';

/** The answer to a handshake, which only the API can see. */
export interface HandshakeAnswer {
  status: number;
  headers: readonly HeaderField[];
  /** The problem document of a gateway that refuses. */
  body: string | null;
}

export interface LinkEnd {
  code: number;
  reason: string;
  /** The answer that refused the handshake. */
  answer?: HandshakeAnswer;
  /** Why there was no answer; null: the API did not report it. */
  failure?: Problem | null;
}

export interface LinkEvents {
  opened: (accepted: { subprotocol: string; extensions: string; answer: HandshakeAnswer | null }) => void;
  received: (data: string | ArrayBuffer) => void;
  /** Called once, also if the connection did not open. */
  closed: (end: LinkEnd) => void;
}

/** The connection of the test page. */
export interface TestLink {
  /** Sends nothing unless the connection is open. */
  send(payload: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** A WebSocket of this page; throws a `SyntaxError` for a wrong URL or subprotocol. */
export function openBrowserLink({ url, subprotocols }: Handshake, events: LinkEvents): TestLink {
  const socket = new WebSocket(url, subprotocols);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => {
    const { protocol: subprotocol, extensions } = socket;
    events.opened({ subprotocol, extensions, answer: null });
  });
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => events.received(data));
  socket.addEventListener('close', ({ code, reason }) => events.closed({ code, reason }));
  return { send: (payload) => socket.send(payload), close: () => socket.close(1000) };
}
