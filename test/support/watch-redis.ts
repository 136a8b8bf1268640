import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Reports each command that a Redis executes, in the format of MONITOR; resolves when it monitors. It uses a
 * plain socket, because a client library can mistake the output of MONITOR for replies to earlier commands.
 */
export async function watchRedis(url: string, onCommand: (line: string) => void): Promise<() => void> {
  const { hostname, port, password } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const commands = [...(password === '' ? [] : [`AUTH ${password}`]), 'MONITOR'];
  let unanswered = commands.length;
  const watching = new Promise<void>((resolve, reject) => {
    createInterface(socket).on('line', (line) => {
      if (unanswered === 0) onCommand(line);
      else if (line !== '+OK') reject(new Error(`Redis answers ${line}`));
      else if (--unanswered === 0) resolve();
    });
    socket.once('close', () => reject(new Error('Redis closed the connection')));
  });
  socket.write(commands.map((command) => `${command}\r\n`).join(''));
  await watching;
  return () => socket.destroy();
}
