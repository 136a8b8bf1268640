export { receiveProxyHeader } from './receive-proxy-header.js';
