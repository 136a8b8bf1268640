import { defineSetting } from '../setting.js';
import { expectedListenAddress, readListenAddress, readOptionalListenAddresses } from '../setting-readers.js';

const expected = expectedListenAddress;

export const apiListen = defineSetting(
  {
    name: 'SLUICE_API_LISTEN',
    readBy: ['API'],
    summary: 'Where the REST API, Swagger UI, and health and metrics of the API listen.',
    default: '`127.0.0.1:3000`',
    expected,
    example: '0.0.0.0:3000',
    details: 'For port 0 the system selects a free port.',
  },
  (environment, name) => readListenAddress(environment, name, '127.0.0.1:3000'),
);

export const gatewayListen = defineSetting(
  {
    name: 'SLUICE_GATEWAY_LISTEN',
    readBy: ['gateway'],
    summary: 'Where clients connect without TLS.',
    default: '`0.0.0.0:8080`',
    expected,
    example: '0.0.0.0:8080,[::1]:8081',
    details: `Separate several addresses with commas.
\`[::]:8080\` accepts IPv4 and IPv6.
\`none\` means no address, and is allowed only with \`SLUICE_GATEWAY_TLS_LISTEN\`.`,
  },
  (environment, name) => readOptionalListenAddresses(environment, name, '0.0.0.0:8080'),
);

export const gatewayTlsListen = defineSetting(
  {
    name: 'SLUICE_GATEWAY_TLS_LISTEN',
    readBy: ['gateway'],
    summary: 'Where clients connect with TLS.',
    default: 'nowhere',
    expected,
    example: '0.0.0.0:8443,[::]:8443',
    details: `Separate several addresses with commas.
With \`SLUICE_GATEWAY_LISTEN=none\`, clients can connect only with TLS.`,
  },
  (environment, name) => readOptionalListenAddresses(environment, name),
);

export const gatewayAdminListen = defineSetting(
  {
    name: 'SLUICE_GATEWAY_ADMIN_LISTEN',
    readBy: ['gateway'],
    summary: 'Where `/healthz`, `/readyz` and `/metrics` of a gateway listen.',
    default: '`127.0.0.1:9090`',
    expected,
    example: '0.0.0.0:9090',
    details: 'It requires no credential, so do not expose it to clients.',
  },
  (environment, name) => readListenAddress(environment, name, '127.0.0.1:9090'),
);

export const echoListen = defineSetting(
  {
    name: 'SLUICE_ECHO_LISTEN',
    readBy: ['echo upstream'],
    summary: 'Where the echo upstream listens.',
    default: '`127.0.0.1:9000`',
    expected,
    example: '0.0.0.0:9000',
  },
  (environment, name) => readListenAddress(environment, name, '127.0.0.1:9000'),
);
