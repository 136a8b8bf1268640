import type { Route } from './use-handshake.js';

const storageKey = 'sluice.gateway';

/**
 * Scheme and authority of the gateways: as the API reports it, or of the last connection, or the default port
 * of this host.
 */
export function gatewayBase(publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl;
  const { protocol, hostname } = window.location;
  const fallback = protocol === 'https:' ? `wss://${hostname}` : `ws://${hostname}:8080`;
  return localStorage.getItem(storageKey) ?? fallback;
}

export function rememberGateway(url: string): void {
  const { protocol, host } = new URL(url);
  localStorage.setItem(storageKey, `${protocol}//${host}`);
}

/** A URL that the route matches, at the gateways of `base`. */
export function urlOfRoute({ match }: Pick<Route, 'match'>, base: string): string {
  const { protocol, host, port } = new URL(base);
  const authority = match.host === '*' ? host : withPort(match.host.replace(/^\*\./, 'any.'), port);
  return `${protocol}//${authority}${match.path}`;
}

function withPort(host: string, port: string): string {
  return port === '' ? host : `${host}:${port}`;
}
