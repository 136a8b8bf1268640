import type { HeaderField } from '../parts/header-lines.js';
import type { TestedRoute } from './tested-route.js';

/** How the test page presents a credential; a page cannot send it in a header field. */
export const credentialKinds = ['none', 'ticket', 'subprotocol', 'query'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

export interface Handshake {
  url: string;
  subprotocols: string[];
  /** What the API sends with it; null: this browser opens the connection, which sends its own. */
  headers: HeaderField[] | null;
}

/** How a route is tested: with a ticket if one may be issued, else with a key where the route reads it. */
export function credentialKindFor(
  { auth }: Pick<TestedRoute, 'auth'>,
  canIssueTickets: boolean,
): CredentialKind {
  if (auth.mode !== 'apiKey') return 'none';
  if (canIssueTickets) return 'ticket';
  return auth.sources.includes('subprotocol') ? 'subprotocol' : 'query';
}

/** The handshake with this key or ticket added to it. */
export function withCredential(handshake: Handshake, kind: CredentialKind, secret: string): Handshake {
  const { url, subprotocols } = handshake;
  switch (kind) {
    case 'none':
      return handshake;
    case 'ticket':
      return { ...handshake, subprotocols: [...subprotocols, `sluice.ticket.${secret}`] };
    case 'subprotocol':
      return { ...handshake, subprotocols: [...subprotocols, `sluice.key.${secret}`] };
    case 'query':
      return { ...handshake, url: withParameter(url, 'api_key', secret) };
  }
}

/** The offered subprotocols in a text with commas. */
export function subprotocolsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))];
}

/** Whether each is a token (RFC 6455 §4.1); a WebSocket is not created with another one. */
export function areSubprotocols(names: readonly string[]): boolean {
  return names.every((name) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
}

export function isSocketUrl(text: string): boolean {
  return /^wss?:\/\/[^/?#]/i.test(text) && URL.canParse(text) && !text.includes('#');
}

// The rest of the query stays as it was written.
function withParameter(url: string, name: string, value: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}
