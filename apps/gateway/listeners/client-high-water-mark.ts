import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';

/**
 * The number of bytes that a client's socket buffers while nothing reads them; it stops at the first chunk
 * that reaches this. Node's default of 16 KiB may arrive as 16,384 chunks of one byte, which take 11 MB.
 */
export const clientHighWaterMark = 1;

/**
 * Creates the TLS sockets of clients: Node's TLS server has no option for their high-water mark and uses the
 * default.
 */
export function withClientHighWaterMark(create: () => void): void {
  const defaultBytes = getDefaultHighWaterMark(false);
  setDefaultHighWaterMark(false, clientHighWaterMark);
  try {
    create();
  } finally {
    setDefaultHighWaterMark(false, defaultBytes);
  }
}
