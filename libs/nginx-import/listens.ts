import { ConfigFault, type Place } from './config-fault.js';
import type { Directive } from './parser.js';
import { argument } from './scope.js';

/** Where a server listens. */
export interface Listen extends Place {
  /** Address and port, as one socket of nginx has them: `*:80`. Null: not an address of TCP. */
  socket: string | null;
  port: number | null;
  isTls: boolean;
  isDefault: boolean;
}

/** A server without `listen` listens on port 80. */
export function listensOf(server: Directive): Listen[] {
  const listens = (server.block ?? []).filter(({ name }) => name === 'listen').map(listenOf);
  if (listens.length > 0) return listens;
  return [{ ...server.place, socket: '*:80', port: 80, isTls: false, isDefault: false }];
}

function listenOf(directive: Directive): Listen {
  const address = argument(directive, 0);
  const options = directive.args.slice(1).map(({ text }) => text);
  const isDefault = options.includes('default_server') || options.includes('default');
  const common = { ...directive.place, isTls: options.includes('ssl'), isDefault };
  if (address.startsWith('unix:')) return { ...common, socket: null, port: null };
  const isPortAlone = /^[0-9]+$/.test(address);
  const [, host = '', digits = '80'] = isPortAlone
    ? ['', '*', address]
    : (/^(\[[^\]]+\]|[^:[\]]+)(?::([0-9]+))?$/.exec(address) ?? []);
  const port = Number(digits);
  if (host === '' || port < 1 || port > 65_535) {
    throw new ConfigFault(
      directive.place,
      `invalid port or address in "${address}" of the "listen" directive`,
    );
  }
  return { ...common, socket: `${host}:${port}`, port };
}
