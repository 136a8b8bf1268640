import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { describeHttpError, maxProbeHeadBytes, pathOf, probeUserAgent } from './probe-http.js';
import type { Asking, ProbeOutcome } from './probe-outcome.js';

// Enough for a greeting and an answer. A probe fails if the upstream sends more.
const maxProbeBytes = 262_144;
// Time for the close frame of the upstream, so that its log shows a clean end of each probe.
const closeMs = 250;

/**
 * Opens a WebSocket, checks `Sec-WebSocket-Accept`, sends a ping, and waits for the pong; with `message` and
 * `expect`, it also waits for the expected answer.
 */
export async function probeWebSocket(asking: Asking): Promise<ProbeOutcome> {
  const client = open(asking);
  // Another listener is added below. This one is permanent, so that an error after the outcome cannot end the
  // process.
  client.on('error', () => undefined);
  const outcome = await converse(client, asking);
  await close(client);
  return outcome;
}

function open({ socket, endpoint, check }: Asking): WebSocket {
  // Always `ws:`, because TLS is already established on the socket.
  return new WebSocket(`ws://${endpoint.authority}${pathOf(endpoint, check)}`, check.subprotocol ?? [], {
    createConnection: () => socket,
    headers: { Host: endpoint.authority, 'User-Agent': probeUserAgent },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: maxProbeBytes,
    maxHeaderSize: maxProbeHeadBytes,
  });
}

function converse(client: WebSocket, { socket, check, timeoutMs }: Asking): Promise<ProbeOutcome> {
  const { message, expect } = check;
  const payload = randomBytes(8);
  const awaited = new Set(expect === null ? ['a pong'] : ['a pong', 'the expected message']);
  return new Promise((resolve) => {
    const settle = (isGood: boolean, detail: string): void => {
      clearTimeout(timer);
      socket.off('data', onBytes);
      resolve({ isGood, detail });
    };
    const receive = (what: string): void => {
      awaited.delete(what);
      if (awaited.size > 0) return;
      settle(true, expect === null ? 'it answered the ping' : 'it answered the ping and the message');
    };
    const onBytes = (): void => {
      if (socket.bytesRead > maxProbeBytes) settle(false, 'it sent too much');
    };
    const timer = setTimeout(() => {
      const missing = client.readyState === WebSocket.CONNECTING ? 'an answer' : [...awaited].join(' or ');
      settle(false, `it did not send ${missing} within the timeout`);
    }, timeoutMs);
    client.on('open', () => {
      socket.on('data', onBytes);
      client.ping(payload);
      if (message !== null) client.send(message);
    });
    client.on('pong', (data) => {
      if (data.equals(payload)) receive('a pong');
    });
    client.on('message', (data, isBinary) => {
      const isExpected = expect !== null && !isBinary && data instanceof Buffer && data.includes(expect);
      if (isExpected) receive('the expected message');
    });
    client.on('unexpected-response', (_request, { statusCode = 0 }) => {
      settle(false, `the status is ${statusCode}, not 101`);
    });
    client.on('close', () => settle(false, 'it closed the connection'));
    client.on('error', (error) => settle(false, describeWebSocketError(error)));
  });
}

function describeWebSocketError(error: Error): string {
  if (error.message.includes('Sec-WebSocket-Accept')) return 'its Sec-WebSocket-Accept is wrong';
  if (/Upgrade header|subprotocol|extension/i.test(error.message)) return 'its 101 is not valid';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && code.startsWith('WS_ERR_')) return 'it violated the WebSocket protocol';
  return describeHttpError(error);
}

function close(client: WebSocket): Promise<void> {
  if (client.readyState !== WebSocket.OPEN) {
    client.terminate();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      client.terminate();
      resolve();
    }, closeMs);
    client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.close(1000);
  });
}
