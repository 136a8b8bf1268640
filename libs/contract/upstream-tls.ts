import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { fieldRules } from './field-rules.js';

const certificatesSchema = z.string().max(65_536).refine(areCertificates, { error: fieldRules.certificates });

const privateKeySchema = z.string().max(16_384).refine(isPrivateKey, { error: fieldRules.private_key });

const serverNameSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i, fieldRules.server_name);

const fields = {
  verify: z.boolean().default(true).meta({
    description:
      'Whether the certificate of the upstream is verified. With false, anyone between gateway and upstream can read and change the traffic',
  }),
  serverName: serverNameSchema.nullable().default(null).meta({
    description:
      'Server name that is requested (SNI) and that the certificate must match; null means the host of the URL',
  }),
  ca: certificatesSchema.nullable().default(null).meta({
    description: 'Certificate authorities in PEM, in place of the public ones; null means the public ones',
  }),
  clientCertificate: certificatesSchema.nullable().default(null).meta({
    description:
      'Certificate that the gateway presents to the upstream, in PEM, with the certificates of its issuers',
  }),
};

/** The TLS options for the `wss` upstreams of a route. */
export const upstreamTlsSchema = z
  .strictObject({
    ...fields,
    clientKey: privateKeySchema.nullable().default(null).meta({
      description: 'Private key of `clientCertificate` in PEM. The API never returns it',
      writeOnly: true,
    }),
  })
  .refine(({ clientCertificate, clientKey }) => isPair(clientCertificate, clientKey), {
    error: fieldRules.key_pair,
    path: ['clientKey'],
  })
  .meta({ id: 'RouteUpstreamTls' });

/**
 * As PUT accepts it. The API never returns a private key, so a document from GET does not have it. If it is
 * omitted, the key of the route's current certificate is kept.
 */
export const upstreamTlsReplaceSchema = z
  .strictObject({
    ...fields,
    clientKey: privateKeySchema.nullable().optional().meta({
      description:
        'Private key of `clientCertificate` in PEM; if omitted, the stored key is kept as long as its certificate is',
      writeOnly: true,
    }),
  })
  .meta({ id: 'RouteUpstreamTlsReplace' });

/** As the REST API returns it: without a private key. */
export const shownUpstreamTlsSchema = z.strictObject(fields).meta({ id: 'RouteUpstreamTlsShown' });

export type UpstreamTls = z.output<typeof upstreamTlsSchema>;

function areCertificates(text: string): boolean {
  const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
  const blocks = text.match(block) ?? [];
  return blocks.length > 0 && text.replace(block, '').trim() === '' && blocks.every(isCertificate);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === 'private';
  } catch {
    return false;
  }
}

function isPair(certificate: string | null, key: string | null): boolean {
  if (certificate === null || key === null) return certificate === key;
  // An invalid certificate or key is reported for its own field.
  if (!areCertificates(certificate) || !isPrivateKey(key)) return true;
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}
