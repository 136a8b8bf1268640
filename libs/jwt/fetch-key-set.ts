import { request as sendRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { JWK } from 'jose';
import { z } from 'zod';
import { errorMessage } from '#libs/async';
import { dialFirst, parseUpstreamEndpoint, type AddressPolicy, type LookupAddresses } from '#libs/upstreams';
import { usableKeys } from './usable-keys.js';

export interface FetchKeySetOptions {
  /** `https:`, or `http:` if the policy for plain HTTP allows the address. */
  url: URL;
  policy: AddressPolicy;
  /** Cancels the fetch; the caller sets its time limit. */
  signal: AbortSignal;
  connectMs: number;
  lookup: LookupAddresses;
  /** Certificates to trust instead of the system's, in PEM. */
  trustedCertificates?: string | undefined;
}

/** `detail` is for the log and the record, not for the client: it may name addresses. */
export type FetchKeySetResult = { ok: true; keys: JWK[] } | { ok: false; detail: string };

const maxBytes = 262_144;
const maxHeaderBytes = 16_384;
const maxKeys = 100;

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(maxKeys) });

/**
 * Fetches a JSON Web Key Set. The dialed address must pass the address policy, as for an upstream, since the
 * URL comes from a tenant. One request, no redirects, at most 256 KiB.
 */
export async function fetchKeySet(options: FetchKeySetOptions): Promise<FetchKeySetResult> {
  const { policy, connectMs, signal, lookup, trustedCertificates } = options;
  const dialed = await dialFirst({
    endpoints: [parseUpstreamEndpoint(options.url.href)],
    policy,
    connectMs,
    signal,
    lookup,
    trustedCertificates,
  });
  if (!dialed.ok) return failure(`${dialed.code}: ${dialed.detail}`);
  try {
    const answer = await ask(options, dialed.socket);
    if (answer.statusCode !== 200) return failure(`the answer has the status ${answer.statusCode ?? 0}`);
    return parseKeySet(await readBody(answer));
  } catch (error) {
    return failure(errorMessage(error));
  } finally {
    dialed.socket.destroy();
  }
}

function ask({ url, signal }: FetchKeySetOptions, socket: Socket): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      createConnection: () => socket,
      path: url.pathname + url.search,
      headers: { Host: url.host, Accept: 'application/json', 'User-Agent': 'sluice', Connection: 'close' },
      maxHeaderSize: maxHeaderBytes,
      signal,
    });
    request.on('error', reject);
    request.on('response', resolve);
    request.end();
  });
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseKeySet(text: string): FetchKeySetResult {
  const parsed = keySetSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return failure('the answer is not a JSON Web Key Set');
  return { ok: true, keys: usableKeys(parsed.data.keys) };
}

function failure(detail: string): FetchKeySetResult {
  return { ok: false, detail };
}
