import { certificateHeaders, isForwardingHeader } from './forwarding-names.js';
import type { HeaderField } from './header-field.js';

/** What the client sent. */
export interface ForwardedRequest {
  /** `Host` as it came. */
  authority: string;
  headers: readonly HeaderField[];
}

/** What the gateway knows about the peer that sent the request. */
export interface ForwardingFacts {
  /** The address of the other end of the client's socket: the client, or the proxy before this gateway. */
  peerAddress: string;
  /** Whether the peer is a proxy whose forwarding headers are believed. */
  isTrustedPeer: boolean;
  /** How the client spoke to the gateway, before the upgrade. */
  protocolScheme: 'http' | 'https';
  /** The certificate that the client was let in for, in DER; null where it needed none. */
  clientCertificate: Buffer | null;
}

/**
 * The forwarding fields for the upstream. `X-Forwarded-For`, `-Proto` and `-Host` are always there. What a trusted
 * peer says is kept, and its own address added; what anyone else says is as if it had not been said. A client's
 * certificate goes into `Client-Cert` (RFC 9440 §2.2), in place of what a trusted peer says of one.
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

// A byte sequence of RFC 8941 §3.3.5.
function clientCertificateHeader(certificate: Buffer): HeaderField {
  return ['Client-Cert', `:${certificate.toString('base64')}:`];
}

function valuesOf(fields: readonly HeaderField[], name: string): string[] {
  return fields
    .filter(([candidate, value]) => candidate.toLowerCase() === name && value !== '')
    .map(([, value]) => value);
}

// A listener for both families sees an IPv4 peer as ::ffff:192.0.2.1.
function unmappedAddress(address: string): string {
  return address.startsWith('::') ? (/^::ffff:([0-9.]+)$/i.exec(address)?.[1] ?? address) : address;
}
