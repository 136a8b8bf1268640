import { certificateHeaders, isForwardingHeader } from './forwarding-names.js';
import type { HeaderField } from './header-field.js';

/** The parts of the client's request that the forwarding fields describe. */
export interface ForwardedRequest {
  /** `Host` as it was received. */
  authority: string;
  headers: readonly HeaderField[];
}

/** The facts that the gateway knows about the peer that sent the request. */
export interface ForwardingFacts {
  /** The remote address of the client's socket: the client, or the proxy in front of this gateway. */
  peerAddress: string;
  /** Whether the peer is a proxy whose forwarding headers are trusted. */
  isTrustedPeer: boolean;
  /** The scheme that the client used to connect to the gateway, before the upgrade. */
  protocolScheme: 'http' | 'https';
  /** The certificate that authenticated the client, in DER; null if none was required. */
  clientCertificate: Buffer | null;
}

/**
 * Returns the forwarding fields for the upstream. `X-Forwarded-For`, `-Proto` and `-Host` are always present.
 * The values of a trusted peer are kept, and its own address is added. The values of any other peer are
 * ignored. A client's certificate is sent in `Client-Cert` (RFC 9440 §2.2), and replaces the value of a
 * trusted peer.
 */
export function forwardingHeaders(request: ForwardedRequest, facts: ForwardingFacts): HeaderField[] {
  if (!facts.isTrustedPeer && !facts.clientCertificate) {
    return [
      ['X-Forwarded-For', unmappedAddress(facts.peerAddress)],
      ['X-Forwarded-Proto', facts.protocolScheme],
      ['X-Forwarded-Host', request.authority],
    ];
  }
  const said = facts.isTrustedPeer ? request.headers.filter(([name]) => isForwardingHeader(name)) : [];
  const hops = valuesOf(said, 'x-forwarded-for');
  const protos = valuesOf(said, 'x-forwarded-proto');
  const hosts = valuesOf(said, 'x-forwarded-host');
  const { clientCertificate } = facts;
  const own = clientCertificate ? [...ownHeaders, ...certificateHeaders] : ownHeaders;
  const others = said.filter(([name]) => !own.includes(name.toLowerCase()));
  return [
    ['X-Forwarded-For', [...hops, unmappedAddress(facts.peerAddress)].join(', ')],
    ['X-Forwarded-Proto', protos.length > 0 ? protos.join(', ') : facts.protocolScheme],
    ['X-Forwarded-Host', hosts.length > 0 ? hosts.join(', ') : request.authority],
    ...(clientCertificate ? [clientCertificateHeader(clientCertificate)] : []),
    ...others,
  ];
}

const ownHeaders = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

// The value is a byte sequence of RFC 8941 §3.3.5.
function clientCertificateHeader(certificate: Buffer): HeaderField {
  return ['Client-Cert', `:${certificate.toString('base64')}:`];
}

function valuesOf(fields: readonly HeaderField[], name: string): string[] {
  return fields
    .filter(([candidate, value]) => candidate.toLowerCase() === name && value !== '')
    .map(([, value]) => value);
}

// A listener for both families reports an IPv4 peer as ::ffff:192.0.2.1.
function unmappedAddress(address: string): string {
  return address.startsWith('::') ? (/^::ffff:([0-9.]+)$/i.exec(address)?.[1] ?? address) : address;
}
