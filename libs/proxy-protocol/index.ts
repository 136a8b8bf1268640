/**
 * PROXY protocol: reading the header with which a load balancer reports the address of the client, versions 1
 * and 2. The listeners of the gateway use it. Read receive-proxy-header.ts first.
 */
export { receiveProxyHeader } from './receive-proxy-header.js';
