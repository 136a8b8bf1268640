import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

/** A page on a separate server, and so with a separate origin. */
export interface ServedPage {
  /** `http://127.0.0.1:port/` */
  url: string;
  origin: string;
  close(): Promise<void>;
}

/** Serves one HTML file of this folder on every path. */
export async function servePage(file: string): Promise<ServedPage> {
  const html = await readFile(new URL(file, import.meta.url));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no TCP address');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: `${origin}/`,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
