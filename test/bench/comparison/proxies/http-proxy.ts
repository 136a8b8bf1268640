import { nodeProxy } from './node-proxy.js';

export const httpProxy = nodeProxy({
  name: 'http-proxy',
  setup: 'one process, ws: true',
  packageName: 'http-proxy',
});
