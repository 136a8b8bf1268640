import { once } from 'node:events';
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { testCertificate } from './tls-certificates.js';

export type StreamAnswer = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Opens a session with the TLS address of a gateway; `url` begins with `wss:`. */
export async function openSession(url: string): Promise<ClientHttp2Session> {
  const ca = await testCertificate('ca.crt');
  const session = connect(url.replace('wss:', 'https:'), { ca, servername: 'default.test' });
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
