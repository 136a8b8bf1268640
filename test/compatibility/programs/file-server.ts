import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server of one file, of uploads and of events. */
export interface FileServer {
  port: number;
  /** Sends the second event of all open streams, and ends them. */
  sendLastEvent: () => void;
  close: () => void;
}

const eTag = '"one"';

/** `GET /fs/file`, `PUT /fs/upload`, which answers with the SHA-256 of the body, and `GET /fs/events`. */
export async function startFileServer(file: Buffer): Promise<FileServer> {
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/fs/upload') void takeUpload(request, response);
    else if (request.url === '/fs/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: first\n\n');
      streams.push(response);
    } else sendFile(request, response, file);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    port: address.port,
    sendLastEvent: () => {
      for (const stream of streams.splice(0)) stream.end('data: last\n\n');
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  request.on('data', (bytes: Buffer) => hash.update(bytes));
  await once(request, 'end');
  response.end(hash.digest('hex'));
}

function sendFile({ headers }: IncomingMessage, response: ServerResponse, file: Buffer): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (headers['if-none-match'] === eTag) {
    response.writeHead(304, { ETag: eTag }).end();
  } else if (from !== undefined && to !== undefined) {
    const range = { 'Content-Range': `bytes ${from}-${to}/${file.length}`, ETag: eTag };
    response.writeHead(206, range).end(file.subarray(Number(from), Number(to) + 1));
  } else {
    response.writeHead(200, { 'Content-Length': file.length, ETag: eTag }).end(file);
  }
}
