import { once } from 'node:events';
import type { Socket } from 'node:net';

/** What a client got on a connection, from its first byte to the end. */
export interface Received {
  /** One character for each byte. */
  text: string;
  /** It ended with a FIN, not with a RST. */
  hasEnded: boolean;
}

/** Reads until the other side closes, and closes then too. */
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

/** Waits until what was received has this in it; answers with all of it. */
export async function untilReceived(socket: Socket, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
  }
  return text;
}
