import { systemError } from './engine-socket.js';

/** What Node's servers emit where they cannot listen; `error` is one of libuv. */
export function listenError(error: number, { host, port }: { host: string; port: number }): Error {
  const { code, errno, message } = systemError(error);
  const text = `listen ${message} ${host.includes(':') ? `[${host}]` : host}:${port}`;
  return Object.assign(new Error(text), { code, errno, syscall: 'listen', address: host, port });
}
