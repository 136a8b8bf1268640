import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectSession, type ClientHttp2Session } from 'node:http2';
import { Agent, request } from 'node:https';
import type { Readable } from 'node:stream';
import { answerCalls, type WorkerCalls } from '../bench-worker.js';

export interface Transfer {
  port: number;
  ca: string;
  version: '1.1' | '2';
  /** The bytes of the body of each request, and of each answer. */
  requestBytes: number;
  answerBytes: number;
  /** The number of requests at once: connections of HTTP/1.1, or streams of one session. */
  requests: number;
}

// Larger than what is measured: the windows of a client are its own choice.
const clientWindowBytes = 2 ** 26;
const host = 'default.test';

/** A client of the TLS address of a gateway. */
const calls = {
  /** Returns the milliseconds from the first request to the end of the last answer. */
  transfer(transfer: Transfer): Promise<number> {
    return transfer.version === '2' ? overSession(transfer) : overConnections(transfer);
  },
} satisfies WorkerCalls;

export type BodyClientCalls = typeof calls;

async function overSession({ port, ca, requests, requestBytes, answerBytes }: Transfer): Promise<number> {
  const session = connectSession(`https://127.0.0.1:${port}`, {
    ca,
    servername: host,
    settings: { initialWindowSize: clientWindowBytes },
  });
  await once(session, 'remoteSettings');
  session.setLocalWindowSize(clientWindowBytes);
  const ms = await together(requests, () => onStream(session, requestBytes, answerBytes));
  session.destroy();
  return ms;
}

async function onStream(session: ClientHttp2Session, bytes: number, answerBytes: number): Promise<void> {
  const head = { ':method': 'POST', ':path': `/${answerBytes}`, 'content-length': bytes };
  const stream = session.request(head);
  stream.end(Buffer.alloc(bytes));
  await received(stream, answerBytes);
}

async function overConnections({ port, ca, requests, requestBytes, answerBytes }: Transfer): Promise<number> {
  const agent = new Agent({ keepAlive: true, ca, servername: host });
  const send = async (bytes: number, answer: number): Promise<void> => {
    const headers = { 'content-length': bytes };
    const sent = request({ agent, host: '127.0.0.1', port, method: 'POST', path: `/${answer}`, headers });
    sent.end(Buffer.alloc(bytes));
    const [answered] = (await once(sent, 'response')) as [IncomingMessage];
    await received(answered, answer);
  };
  // Opens the connections, as the session is open when its requests begin.
  await together(requests, () => send(0, 0));
  const ms = await together(requests, () => send(requestBytes, answerBytes));
  agent.destroy();
  return ms;
}

async function received(stream: Readable, bytes: number): Promise<void> {
  let length = 0;
  stream.on('data', (chunk: Buffer) => (length += chunk.length));
  await once(stream, 'end');
  if (length !== bytes) throw new Error(`the answer has ${length} bytes instead of ${bytes}`);
}

async function together(count: number, send: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: count }, send));
  return performance.now() - startedAtMs;
}

answerCalls(calls);
