import { request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { errorMessage } from '#libs/async';
import { dialFirst, parseUpstreamEndpoint, type AddressPolicy, type LookupAddresses } from '#libs/upstreams';

export interface PostWebhookOptions {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  policy: AddressPolicy;
  lookup: LookupAddresses;
  /** For the look-up, the connection and the answer together. */
  timeoutMs: number;
}

/** `detail` is for the owner of the webhook: it names no address. */
export type PostedWebhook = { ok: true } | { ok: false; detail: string };

const maxHeaderBytes = 16_384;

/**
 * Sends one message. Each name is resolved anew, the address policy checks its addresses, and the very
 * address that passed is dialed, so a name that is bound to another address later leads nowhere. A status
 * from 200 to 299 is success. Redirects are not followed, and the body of the answer is not read.
 */
export async function postWebhook(options: PostWebhookOptions): Promise<PostedWebhook> {
  const { url, policy, lookup, timeoutMs } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const dialed = await dialFirst({
    endpoints: [parseUpstreamEndpoint(url.href)],
    policy,
    connectMs: timeoutMs,
    signal,
    lookup,
  });
  if (!dialed.ok) return { ok: false, detail: whyNotDialed[dialed.code] };
  try {
    const status = await ask(options, dialed.socket, signal);
    if (status >= 200 && status <= 299) return { ok: true };
    return { ok: false, detail: `the answer has the status ${status}` };
  } catch (error) {
    const detail = signal.aborted ? `no answer within ${timeoutMs} ms` : errorMessage(error);
    return { ok: false, detail: detail.slice(0, 200) };
  } finally {
    dialed.socket.destroy();
  }
}

const whyNotDialed = {
  upstream_refused: 'it could not be connected to',
  upstream_timeout: 'it did not accept a connection in time',
  upstream_forbidden_address: 'its address is not allowed',
  aborted: 'it did not accept a connection in time',
};

function ask(
  { url, headers, body }: PostWebhookOptions,
  socket: Socket,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({
      method: 'POST',
      createConnection: () => socket,
      path: url.pathname + url.search,
      headers: {
        Host: url.host,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'User-Agent': 'sluice',
        Connection: 'close',
        ...headers,
      },
      maxHeaderSize: maxHeaderBytes,
      signal,
    });
    request.on('error', reject);
    request.on('response', ({ statusCode = 0 }) => resolve(statusCode));
    request.end(body);
  });
}
