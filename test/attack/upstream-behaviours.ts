import type { Socket } from 'node:net';
import { readStrictly, type StrictlyRead } from '../support/strict-requests.js';

/** How an upstream handles a connection of the gateway. */
export type Behaviour = (socket: Socket) => void;

/** The Sec-WebSocket-Accept for the sample key of RFC 6455 §1.3, which every attack sends. */
export const rightAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** A valid 101; `changes` replaces header fields, or removes them with null. */
export function switching(changes: Record<string, string | null> = {}): string {
  const fields: Record<string, string | null> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': rightAccept,
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return ['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n');
}

/** Calls `act` once the head of a request has arrived. */
export function onRequest(act: Behaviour): Behaviour {
  return (socket) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      act(socket);
    };
    socket.on('data', onData);
  };
}

export function answers(bytes: string): Behaviour {
  return onRequest((socket) => socket.write(bytes, 'latin1'));
}

// What is invalid is judged at the end of the attack, from the recorded bytes.
function readIfValid(bytes: string): StrictlyRead | null {
  try {
    return readStrictly(bytes);
  } catch {
    return null;
  }
}

/** Answers each whole request; a connection with an invalid one gets no answer. */
export function answersEachRequest(answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'): Behaviour {
  return (socket) => {
    let unread = '';
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('latin1');
      const read = readIfValid(unread);
      if (read === null) return;
      unread = read.rest;
      socket.write(answer.repeat(read.requests.length), 'latin1');
    });
  };
}

export function answersAndEnds(bytes: string): Behaviour {
  return onRequest((socket) => socket.end(bytes, 'latin1'));
}

export const joins = answers(switching());
/** Sends a text message after each read. */
export const joinsAndSends = onRequest((socket) => {
  socket.write(switching(), 'latin1');
  socket.on('data', () => socket.write('\x81\x05hello', 'latin1'));
});
export const joinsAndEnds = answersAndEnds(switching());
export const staysSilent: Behaviour = () => undefined;

/** Sends the first part, and then the chunk repeatedly, as fast as the gateway reads. */
export function pours(first: string, chunk: string): Behaviour {
  return onRequest((socket) => {
    socket.write(first, 'latin1');
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk, 'latin1'));
    };
    socket.on('drain', more);
    more();
  });
}
