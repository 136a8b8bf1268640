import { defineInteger } from '../setting.js';

const anyNumber = { minimum: 0, maximum: 1_000_000 };
const requestBytes = { minimum: 1024, maximum: 1_048_576 };

export const maxPendingPerAddress = defineInteger(
  { fallback: 100, ...anyNumber },
  {
    name: 'SLUICE_MAX_PENDING_PER_ADDRESS',
    readBy: ['gateway'],
    summary:
      'How many requests of one client address (IPv6: of one /64) may be read and not yet admitted; ten times as many of its sockets may be open and not yet admitted.',
    unit: 'requests; 0: no bound',
    example: '1000',
    details: `A further request is answered with 429 \`connect_rate\` and \`Retry-After: 5\`.
A socket beyond ten times the bound is reset, before TLS or a PROXY header is read; it is counted, not logged.
Sockets without a request, admitted requests and joined connections do not count as requests.

The place of a request that was not admitted is free again within a second, and those of sockets that ended without an admission within five.
The addresses in \`SLUICE_TRUSTED_PROXIES\` have no bound; the clients that they name with a PROXY header or \`X-Forwarded-For\` have.
Raise the bound if many clients share an address.`,
  },
);

export const maxPending = defineInteger(
  { fallback: 10_000, ...anyNumber },
  {
    name: 'SLUICE_MAX_PENDING',
    readBy: ['gateway'],
    summary:
      'How many sockets of all addresses together, proxies included, may be open and not yet admitted.',
    unit: 'sockets; 0: no bound',
    example: '50000',
    details: `Further sockets are reset.
Sockets of an address beyond its \`SLUICE_MAX_PENDING_PER_ADDRESS\` may take up half of this one.`,
  },
);

export const maxWaitingDialsPerTenant = defineInteger(
  { fallback: 1000, ...anyNumber },
  {
    name: 'SLUICE_MAX_WAITING_DIALS_PER_TENANT',
    readBy: ['gateway'],
    summary: 'How many admitted requests of one tenant may wait for an answer of their upstream.',
    unit: 'requests; 0: no bound',
    example: '5000',
    details: 'Further requests are answered with 503 `upstream_busy`.',
  },
);

export const maxWaitingDialsPerRoute = defineInteger(
  { fallback: 500, ...anyNumber },
  {
    name: 'SLUICE_MAX_WAITING_DIALS_PER_ROUTE',
    readBy: ['gateway'],
    summary: 'How many admitted requests of one route may wait for an answer of their upstream.',
    unit: 'requests; 0: no bound',
    example: '2000',
    details: 'Further requests are answered with 503 `upstream_busy`.',
  },
);

export const maxTargetBytes = defineInteger(
  { fallback: 32_768, ...requestBytes },
  {
    name: 'SLUICE_MAX_TARGET_BYTES',
    readBy: ['gateway'],
    summary: 'The longest request target: path and query together.',
    unit: 'bytes',
    example: '65536',
    details: `A longer target is answered with 414 \`uri_too_long\`.
It may not be larger than \`SLUICE_MAX_HEADER_BYTES\`, since the header size includes the target.
The bound of the upstream applies as well: nginx accepts 8 KiB by default, Node.js 16 KiB for the whole head.`,
  },
);

export const maxHeaderBytes = defineInteger(
  { fallback: 65_536, ...requestBytes },
  {
    name: 'SLUICE_MAX_HEADER_BYTES',
    readBy: ['gateway'],
    summary: 'The largest request head: target, names and values of the header fields together.',
    unit: 'bytes',
    example: '131072',
    details: `A larger head is answered with 431 \`headers_too_large\`.
With white space and a PROXY header, a head may have twice as many bytes.
Every socket that is not joined may use that much memory.`,
  },
);

export const tenantWritesPerSecond = defineInteger(
  { fallback: 50, ...anyNumber },
  {
    name: 'SLUICE_TENANT_WRITES_PER_SECOND',
    readBy: ['API'],
    summary: "How many writes a tenant's own keys may send to one API.",
    unit: 'writes a second; 0: no bound',
    example: '200',
    details: `Every call but GET and HEAD is a write, and so is every tap.
A burst may have the writes of two seconds.
A body of more than 16 KiB counts once more for each 16 KiB.
Further writes are answered with 429 \`write_rate\` and \`Retry-After\`.

Operators are not bounded.
Their writes go before those of tenants, which take turns.`,
  },
);
