import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the ports that systems give to port 0 and to connections that go out (Linux: from 32768; IANA: from 49152), which
// every other test takes from. Each process begins at another port and goes on from there.
const firstPort = 10_000;
const lastPort = 32_000;
let next = firstPort + ((process.pid * 97) % (lastPort - firstPort));

/** A port of 127.0.0.1 that was free a moment ago, for a program that can't be asked for port 0. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next === lastPort ? firstPort : next + 1;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
