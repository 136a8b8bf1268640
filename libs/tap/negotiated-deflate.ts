import { parseExtensionList } from '#libs/handshake';

/** Whether each side's messages may repeat what is in its earlier ones (RFC 7692 §7.1.1). */
export interface NegotiatedDeflate {
  client: { hasContextTakeover: boolean };
  upstream: { hasContextTakeover: boolean };
}

/**
 * What the value of `Sec-WebSocket-Extensions` in a 101 says of permessage-deflate; null where it was not negotiated,
 * or together with an extension that may have changed the payload too. The sizes of the windows do not matter here: a
 * window of 32 KiB, the largest, reads what was written with a smaller one.
 */
export function negotiatedDeflate(extensions: string | null): NegotiatedDeflate | null {
  const [extension, ...others] = parseExtensionList(extensions === null ? [] : [extensions]) ?? [];
  if (extension?.name !== 'permessage-deflate' || others.length > 0) return null;
  const parameters = extension.parameters.map((parameter) => parameter.toLowerCase());
  return {
    client: { hasContextTakeover: !parameters.includes('client_no_context_takeover') },
    upstream: { hasContextTakeover: !parameters.includes('server_no_context_takeover') },
  };
}
