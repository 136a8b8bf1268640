import { once } from 'node:events';
import type { Socket } from 'node:net';

/** The bytes that a client received on a connection, and how the connection ended. */
export interface Received {
  /** One character for each byte. */
  text: string;
  /** Whether the connection ended with a FIN, not a RST. */
  hasEnded: boolean;
}

/** Reads until the other side ends the connection, then ends it too. */
export async function untilClosed(socket: Socket): Promise<Received> {
  const chunks: Buffer[] = [];
  let hasEnded = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.once('end', () => {
    hasEnded = true;
    socket.end();
  });
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return { text: Buffer.concat(chunks).toString('latin1'), hasEnded };
}

/** Reads until this text was received; resolves with everything received so far. */
export async function untilReceived(socket: Socket, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
  }
  return text;
}
