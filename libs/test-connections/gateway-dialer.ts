import type { AddressInfo } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { problemDocument, type ProblemDocument } from '#libs/problem-details';
import type { AddressRange } from '#libs/addresses';
import {
  createAddressPolicy,
  dialFirst,
  NameResolver,
  parseUpstreamEndpoint,
  ReservedEndpoints,
  type AddressPolicy,
} from '#libs/upstreams';
import type { OpenMessage } from './client-message.js';

/** `socket` is about to send its handshake. */
export type DialedGateway = { ok: true; socket: WebSocket } | { ok: false; problem: ProblemDocument };

const connectMs = 10_000;

/** Larger messages end a test connection with 1009. */
export const maxMessageBytes = 1024 * 1024;

// The types of ws lack `closeTimeout`.
const clientOptions: ClientOptions & { closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: maxMessageBytes,
  handshakeTimeout: 15_000,
  closeTimeout: 2000,
};

const details = {
  upstream_refused: 'The API could not connect to the host of the URL.',
  upstream_timeout: 'The host of the URL did not accept a connection in time.',
  upstream_forbidden_address:
    'The API may not connect to the address of the URL. SLUICE_UPSTREAM_ALLOW of the API lists the private ranges that it may, and SLUICE_GATEWAY_PUBLIC_URL the gateways.',
} as const;

export type DialGateway = (request: OpenMessage, signal: AbortSignal) => Promise<DialedGateway>;

export interface GatewayDialerOptions {
  /** The ranges that may be dialed besides public addresses. */
  allow: readonly AddressRange[];
  /** The origins of gateways, which may be dialed at any address. */
  gateways: () => readonly (string | null)[];
  /** Where the API itself listens, which is never dialed. */
  ownAddress: () => AddressInfo | null;
}

/**
 * Dials the URLs of test connections. The address policy is that of webhooks: each name is resolved, its
 * addresses are checked, and the address that passed is dialed. Only the given header fields are sent, so no
 * credential of the API goes along.
 */
export function createGatewayDialer({ allow, gateways, ownAddress }: GatewayDialerOptions): DialGateway {
  const allowed = createAddressPolicy(allow);
  const names = new NameResolver();
  const policyFor = (url: string): AddressPolicy => {
    const reserved = new ReservedEndpoints();
    const own = ownAddress();
    if (own !== null) reserved.addListener(own.address, own.port);
    const isGateway = gateways().includes(new URL(url).origin);
    return reserved.guard(isGateway ? { isAllowed: () => true } : allowed);
  };
  return async ({ url, headers, subprotocols }, signal) => {
    const dialed = await dialFirst({
      endpoints: [parseUpstreamEndpoint(url)],
      policy: policyFor(url),
      connectMs,
      signal,
      lookup: (hostname, options) => names.resolve(hostname, 'test-connections', options),
    });
    if (!dialed.ok) {
      const code = dialed.code === 'aborted' ? 'upstream_timeout' : dialed.code;
      return { ok: false, problem: problemDocument(code, { detail: details[code] }) };
    }
    const socket = new WebSocket(url, subprotocols, {
      ...clientOptions,
      createConnection: () => dialed.socket,
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    });
    return { ok: true, socket };
  };
}
