import { X509Certificate } from 'node:crypto';
import type { FleetRequest } from '#libs/fleet';
import type { ExplainedUpgrade } from '#libs/pipeline';
import { readHeadFromMemory } from '../listeners/read-head-from-memory.js';

/** The request that the API describes, as a listener would receive it. */
export function explainedUpgrade(
  { method, target, headers, scheme, clientAddress, clientCertificate, tenantIds }: FleetRequest<'explain'>,
  maxHeaderBytes: number,
): ExplainedUpgrade {
  const isOrdinary = method !== undefined;
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const text = [`${method ?? 'GET'} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return {
    read: readHeadFromMemory(Buffer.from(text, 'latin1'), maxHeaderBytes, isOrdinary),
    isOrdinary,
    clientAddress,
    protocolScheme: scheme,
    clientCertificate: clientCertificate === null ? null : new X509Certificate(clientCertificate),
    tenantIds,
  };
}
