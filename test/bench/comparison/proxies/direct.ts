import type { ProxyKind } from '../proxy.js';

/** No proxy, to measure the load and the echo upstream alone. */
export const direct: ProxyKind = {
  name: 'direct',
  role: 'direct',
  setup: 'no proxy',
  isRequired: true,
  start: ({ upstreamPort }) =>
    Promise.resolve({
      version: '',
      port: upstreamPort,
      path: '/echo',
      header: '',
      processes: [],
      log: () => Promise.resolve(''),
      stop: () => Promise.resolve(),
    }),
};
