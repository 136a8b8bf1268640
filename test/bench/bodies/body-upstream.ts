import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCalls, type WorkerCalls } from '../bench-worker.js';

const block = Buffer.alloc(65_536);

/** An upstream that reads bodies, and sends bodies of as many bytes as the last segment of the path says. */
const calls = {
  /** Listens; returns its URL. */
  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const bytes = Number(request.url?.split('/').at(-1));
      request.resume().once('end', () => send(response, bytes));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
} satisfies WorkerCalls;

export type BodyUpstreamCalls = typeof calls;

function send(response: ServerResponse, bytes: number): void {
  response.setHeader('content-length', bytes);
  const write = (): void => {
    for (let mayContinue = true; bytes > 0 && mayContinue;) {
      const part = block.subarray(0, bytes);
      bytes -= part.length;
      mayContinue = response.write(part);
    }
    if (bytes === 0) response.end();
  };
  response.on('drain', write);
  write();
}

answerCalls(calls);
