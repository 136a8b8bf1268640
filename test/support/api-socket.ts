import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';

/** A listening API, and its cleanup at the end of the test. */
export interface ServedApi {
  url: string;
  onRemove(end: () => void): void;
}

/** The credential with which a socket of the API is opened, and its place in the request. */
export interface SocketCredential {
  token?: string;
  protocols?: string[];
  headers?: Record<string, string>;
}

/** A client of a WebSocket of the API. */
export interface ApiSocket<Message> {
  socket: WebSocket;
  /** All received messages, in order. */
  messages: Message[];
  closed: Promise<[code: number, reason: string]>;
}

/** Opens a WebSocket of the API; rejects if it is refused. */
export async function openApiSocket<Message>(
  api: ServedApi,
  path: string,
  credential: SocketCredential,
): Promise<ApiSocket<Message>> {
  const socket = connect(api, path, credential);
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  const closed = new Promise<[number, string]>((resolve) => {
    socket.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await once(socket, 'open');
  return { socket, messages, closed };
}

/** The HTTP answer that refuses the WebSocket. */
export async function refusalOf(
  api: ServedApi,
  path: string,
  credential: SocketCredential,
): Promise<{ status: number; type: string; body: Record<string, unknown>; text: string }> {
  const socket = connect(api, path, credential);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const content = await text(response);
  const body = JSON.parse(content) as Record<string, unknown>;
  const type = response.headers['content-type'] ?? '';
  return { status: response.statusCode ?? 0, type, body, text: content };
}

function connect(
  api: ServedApi,
  path: string,
  { token, protocols = [], headers }: SocketCredential,
): WebSocket {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const url = api.url.replace('http', 'ws') + path;
  const socket = new WebSocket(url, protocols, { headers: { ...headers, ...authorization } });
  api.onRemove(() => socket.terminate());
  return socket;
}
