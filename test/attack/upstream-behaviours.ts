import type { Socket } from 'node:net';

/** What an upstream does with a connection that the gateway opened. */
export type Behaviour = (socket: Socket) => void;

/** For the key of the sample handshake of RFC 6455 §1.3, with which every attack comes. */
export const rightAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** A 101 as it should be; `changes` replaces a header field, or takes it out with null. */
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

/** Acts once the head of a request is there. */
export function onceAsked(act: Behaviour): Behaviour {
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

export function says(bytes: string): Behaviour {
  return onceAsked((socket) => socket.write(bytes, 'latin1'));
}

export function saysAndEnds(bytes: string): Behaviour {
  return onceAsked((socket) => socket.end(bytes, 'latin1'));
}

export const joins = says(switching());
/** A text message for each read. */
export const joinsAndGreets = onceAsked((socket) => {
  socket.write(switching(), 'latin1');
  socket.on('data', () => socket.write('\x81\x05hello', 'latin1'));
});
export const joinsAndLeaves = saysAndEnds(switching());
export const staysSilent: Behaviour = () => undefined;

/** Says the first part, and then the second again and again, as fast as it is read. */
export function pours(first: string, chunk: string): Behaviour {
  return onceAsked((socket) => {
    socket.write(first, 'latin1');
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk, 'latin1'));
    };
    socket.on('drain', more);
    more();
  });
}
