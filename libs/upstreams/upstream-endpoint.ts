import { isIP } from 'node:net';

/** The parsed URL of an upstream. */
export interface UpstreamEndpoint {
  url: string;
  isTls: boolean;
  /** A name, or an address without brackets. */
  hostname: string;
  /** Whether the hostname is an address, which need not be resolved. */
  isAddress: boolean;
  /** The name for TLS and cookies: the hostname, or the name under which an address was discovered. */
  serverName: string;
  port: number;
  /** For `Host`: the hostname, and the port unless it is the default of the scheme. */
  authority: string;
  /** Empty for `/`. */
  basePath: string;
}

/** Parses the URL of an upstream, which was validated when the route was accepted. */
export function parseUpstreamEndpoint(url: string): UpstreamEndpoint {
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const isTls = protocol === 'wss:' || protocol === 'https:';
  const defaultPort = isTls ? 443 : 80;
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    url,
    isTls,
    hostname: name,
    isAddress: isIP(name) !== 0,
    serverName: name,
    port: port === '' ? defaultPort : Number(port),
    authority: host,
    basePath: pathname === '/' ? '' : pathname,
  };
}
