import { once } from 'node:events';
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { testCertificate } from './tls-certificates.js';

export type StreamAnswer = IncomingHttpHeaders & IncomingHttpStatusHeader;

interface SessionOptions {
  /** The name of a client certificate in `test/support/certificates`. */
  certificate?: string;
  /** What is sent before the TLS handshake. */
  proxyHeader?: string;
}

/** Opens a session with the TLS address of a gateway; `url` begins with `wss:`. */
export async function openSession(url: string, options: SessionOptions = {}): Promise<ClientHttp2Session> {
  const { certificate, proxyHeader = '' } = options;
  const { hostname: host, port } = new URL(url);
  const raw = connectTcp({ host, port: Number(port) });
  raw.on('error', () => undefined);
  raw.write(proxyHeader);
  const socket = connectTls({
    socket: raw,
    ca: await testCertificate('ca.crt'),
    servername: 'default.test',
    ALPNProtocols: ['h2'],
    ...(certificate === undefined
      ? {}
      : {
          cert: await testCertificate(`${certificate}.crt`),
          key: await testCertificate(`${certificate}.key`),
        }),
  });
  const session = connect(url.replace('wss:', 'https:'), { createConnection: () => socket });
  session.on('error', () => undefined);
  await once(session, 'remoteSettings');
  return session;
}

/** Asks for a WebSocket on `app.test` (RFC 8441). */
export function openWebSocketStream(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders = {},
): ClientHttp2Stream {
  const connecting = { ':method': 'CONNECT', ':protocol': 'websocket', ':authority': 'app.test' };
  const fields = { ...connecting, ':path': path, 'sec-websocket-version': '13', ...headers };
  return session.request(fields, { endStream: false }).on('error', () => undefined);
}

export async function answerOn(stream: ClientHttp2Stream): Promise<StreamAnswer> {
  const [answer] = (await once(stream, 'response')) as [StreamAnswer];
  return answer;
}
