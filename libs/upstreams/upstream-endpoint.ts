/** The parsed URL of an upstream. */
export interface UpstreamEndpoint {
  url: string;
  isTls: boolean;
  /** A name, or an address without brackets. */
  hostname: string;
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
  return {
    url,
    isTls,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPort : Number(port),
    authority: host,
    basePath: pathname === '/' ? '' : pathname,
  };
}
