import { systemError } from './engine-socket.js';

/** Creates the error that a Node server emits when it cannot listen. `error` is a libuv error. */
export function listenError(error: number, { host, port }: { host: string; port: number }): Error {
  const { code, errno, message } = systemError(error);
  const text = `listen ${message} ${host.includes(':') ? `[${host}]` : host}:${port}`;
  return Object.assign(new Error(text), { code, errno, syscall: 'listen', address: host, port });
}
