import { parseExtensionList } from '#libs/handshake';

/** Whether the messages of each side may repeat data of its earlier messages (RFC 7692 §7.1.1). */
export interface NegotiatedDeflate {
  client: { hasContextTakeover: boolean };
  upstream: { hasContextTakeover: boolean };
}

/**
 * Reads permessage-deflate from the value of `Sec-WebSocket-Extensions` in a 101; null if it was not
 * negotiated, or together with an extension that may change the payload too. The sizes of the windows do not
 * matter: the largest window, 32 KiB, also reads data written with a smaller one.
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
