/** The URL of an upstream, taken apart once. */
export interface UpstreamEndpoint {
  url: string;
  isTls: boolean;
  /** A name, or an address without brackets. */
  hostname: string;
  port: number;
  /** For `Host`: the hostname, and the port where it is not the scheme's own. */
  authority: string;
  /** Empty where it is `/`. */
  basePath: string;
}

/** Takes an upstream's URL apart; it was validated when the route was accepted. */
export function parseUpstreamEndpoint(url: string): UpstreamEndpoint {
  const { protocol, hostname, host, port, pathname } = new URL(url);
  const isTls = protocol === 'wss:';
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
