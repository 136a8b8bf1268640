import type { TestedRoute } from './tested-route.js';

/** How the test page presents a credential; a page cannot send it in a header field. */
export const credentialKinds = ['none', 'ticket', 'subprotocol', 'query'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

export interface Handshake {
  url: string;
  subprotocols: string[];
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
export function withCredential(
  { url, subprotocols }: Handshake,
  kind: CredentialKind,
  secret: string,
): Handshake {
  switch (kind) {
    case 'none':
      return { url, subprotocols };
    case 'ticket':
      return { url, subprotocols: [...subprotocols, `sluice.ticket.${secret}`] };
    case 'subprotocol':
      return { url, subprotocols: [...subprotocols, `sluice.key.${secret}`] };
    case 'query':
      return { url: withParameter(url, 'api_key', secret), subprotocols };
  }
}

/** The offered subprotocols in a text with commas. */
export function subprotocolsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))];
}

export function isSocketUrl(text: string): boolean {
  return /^wss?:\/\/[^/?#]/i.test(text) && URL.canParse(text) && !text.includes('#');
}

// The rest of the query stays as it was written.
function withParameter(url: string, name: string, value: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}
