import { defineChoice, defineSetting } from '../setting.js';
import {
  expectedAddressRanges,
  expectedDnsServers,
  expectedOrigins,
  expectedSocketOrigin,
  readAddressRanges,
  readDnsServers,
  readOrigins,
  readSocketOrigin,
} from '../setting-readers.js';

export const upstreamAllow = defineSetting(
  {
    name: 'SLUICE_UPSTREAM_ALLOW',
    readBy: ['API', 'gateway'],
    summary:
      'The address ranges that a gateway may dial, and to which the API may send webhooks and open test connections, besides public addresses.',
    default: 'none; `npm start` sets `127.0.0.0/8,::1/128`',
    expected: expectedAddressRanges,
    example: '10.20.0.0/16,fd00:20::/32',
    details: `Loopback, private, link-local and other special ranges are refused unless they are listed.
The addresses on which the gateway listens and the hosts in \`SLUICE_REDIS_URL\` are refused in every range.
Redis servers that are found through those hosts (by sentinels, or in a cluster) are not refused.`,
  },
  readAddressRanges,
);

export const dnsServers = defineSetting(
  {
    name: 'SLUICE_DNS_SERVERS',
    readBy: ['gateway'],
    summary: 'The name servers that resolve the hosts of upstreams and of `jwksUrl`.',
    default: 'those of `/etc/resolv.conf`',
    expected: expectedDnsServers,
    example: '10.0.0.53,127.0.0.1:5353',
    details: `Names in \`/etc/hosts\` are taken from there; short names are also looked up in the search list of \`/etc/resolv.conf\`.
A name that no name server knows is looked up by the system.

An address is kept for its time to live, between 1 and 60 seconds (10 from the system), and 5 minutes longer while no server answers.
A failure is kept for 5 seconds.
When no kept address connects, the name is resolved again at once.
Of several addresses, the next one is dialed when one has not answered within 250 ms, IPv4 and IPv6 in turn.`,
  },
  readDnsServers,
);

export const trustedProxies = defineSetting(
  {
    name: 'SLUICE_TRUSTED_PROXIES',
    readBy: ['API', 'gateway'],
    summary: 'The address ranges of proxies whose forwarding header fields are trusted.',
    default: 'none',
    expected: expectedAddressRanges,
    example: '10.0.1.0/24',
    details: `These are the proxies in front of the gateways and the API, which set \`X-Forwarded-For\` or \`Forwarded\`.
The client is the rightmost address of \`X-Forwarded-For\` that is not a proxy.
\`Forwarded\` counts only without \`X-Forwarded-For\`, so a proxy that sets one of them must remove the other.`,
  },
  readAddressRanges,
);

export const apiCorsOrigins = defineSetting(
  {
    name: 'SLUICE_API_CORS_ORIGINS',
    readBy: ['API'],
    summary: 'The origins whose pages may use tokens from a browser.',
    default: 'none; a page of the API itself, like Swagger UI, needs no entry',
    expected: expectedOrigins,
    example: 'https://console.example',
    details: `Pages of these origins may call the REST API over CORS, and open \`/v1/events\` and taps.
Each sends its token itself: cookies and other credentials of the browser are never accepted.
The WebSockets of the API are refused with 403 \`origin_forbidden\` to pages of other origins; programs send no \`Origin\` and are not affected.`,
  },
  readOrigins,
);

export const gatewayPublicUrl = defineSetting(
  {
    name: 'SLUICE_GATEWAY_PUBLIC_URL',
    readBy: ['API'],
    summary: 'The URL at which clients reach the gateways.',
    default:
      'none; the console then uses the gateway of `npm start`, or else port 8080 of its own host, or `wss:` on a page with https',
    expected: expectedSocketOrigin,
    example: 'wss://ws.example',
    details: `The console fills in URLs of routes with it, and \`GET /v1/session\` shows it. Test connections through the API may always go there.
URLs of routes with a host keep that host.`,
  },
  readSocketOrigin,
);

export const proxyProtocol = defineChoice(['on', 'off'], 'off', {
  name: 'SLUICE_PROXY_PROTOCOL',
  readBy: ['gateway'],
  summary: 'Whether the trusted proxies begin each connection with a PROXY header (version 1 or 2).',
  example: 'on',
  details: `\`on\` needs \`SLUICE_TRUSTED_PROXIES\` and applies to all client addresses, before TLS.
The address in the header then counts as the peer.
A connection from a proxy without a valid header within 10 seconds is dropped.
A PROXY header from any other address is not accepted.`,
});
