import type { ServerHttp2Stream } from 'node:http2';

/**
 * Ends a stream that its owner has given up. It closes by itself if both sides have ended; otherwise it is
 * reset.
 */
export function endStream(stream: ServerHttp2Stream, code: number): void {
  if (stream.writableFinished && stream.readableEnded) return;
  if (!stream.closed) stream.close(code);
  // A client that reads nothing would delay the end of a stream that is only closed.
  stream.destroy();
}
