import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.js';

export interface TextBounds {
  maxBytes: number;
  /** The maximum time without a byte. */
  maxIdleMs: number;
  /** Called with the length of each chunk before it is stored; may throw to refuse the body. */
  take?: (bytes: number) => void;
}

/**
 * Reads a body as UTF-8. Throws `body_too_large`, `malformed_json` for other bytes, `unsupported_media_type`
 * for a content coding, `body_timeout` when the sender stalls.
 */
export function readText(request: IncomingMessage, bounds: TextBounds): Promise<string> {
  const { maxBytes, maxIdleMs, take = () => undefined } = bounds;
  const { 'content-encoding': coding = 'identity', 'content-length': length = '0' } = request.headers;
  if (coding.toLowerCase() !== 'identity') throw new ProblemError('unsupported_media_type');
  if (Number(length) > maxBytes) throw new ProblemError('body_too_large');
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let text = '';
    let bytes = 0;
    const idle = setTimeout(() => settle(stalled(maxIdleMs)), maxIdleMs);
    const settle = (error: unknown): void => {
      clearTimeout(idle);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (error === null) resolve(text);
      else reject(error instanceof ProblemError ? error : new ProblemError('malformed_json'));
    };
    const onData = (chunk: Buffer): void => {
      idle.refresh();
      bytes += chunk.length;
      try {
        if (bytes > maxBytes) throw new ProblemError('body_too_large');
        take(chunk.length);
        text += decoder.decode(chunk, { stream: true });
      } catch (error) {
        settle(error);
      }
    };
    const onEnd = (): void => {
      try {
        text += decoder.decode();
        settle(null);
      } catch (error) {
        settle(error);
      }
    };
    const onClose = (): void =>
      settle(new ProblemError('invalid_request', { detail: 'The body ended early.' }));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose();
  });
}

// The rest of the body may still arrive, so the connection cannot be reused (RFC 9110 §15.5.9).
function stalled(maxIdleMs: number): ProblemError {
  const detail = `No byte of the body came for ${maxIdleMs / 1000} seconds.`;
  return new ProblemError('body_timeout', { detail }, { Connection: 'close' });
}
