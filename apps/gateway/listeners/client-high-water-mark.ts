import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';

/**
 * How many bytes a client's socket reads ahead while nobody takes them; it stops at the first chunk that reaches them. Node's
 * 16 KiB may come as 16,384 chunks of one byte, which take 11 MB.
 */
export const clientHighWaterMark = 1;

/** Creates the TLS sockets of clients: Node's TLS server has no option for their high-water mark, and gives them the default. */
export function withClientHighWaterMark(create: () => void): void {
  const defaultBytes = getDefaultHighWaterMark(false);
  setDefaultHighWaterMark(false, clientHighWaterMark);
  try {
    create();
  } finally {
    setDefaultHighWaterMark(false, defaultBytes);
  }
}
