import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range that systems use for port 0 and for outgoing connections (Linux: from 32768; IANA: from
// 49152), which all other tests use. Each process starts at a different port and counts up.
const firstPort = 10_000;
const lastPort = 32_000;
let next = firstPort + ((process.pid * 97) % (lastPort - firstPort));

/** A port of 127.0.0.1 that was free a moment ago, for a program that does not support port 0. */
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
