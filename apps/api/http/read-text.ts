import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.js';

/** Reads a body as UTF-8. Throws `body_too_large`, `malformed_json` for other bytes, `unsupported_media_type` for a coding. */
export function readText(request: IncomingMessage, longest: number): Promise<string> {
  const { 'content-encoding': coding = 'identity', 'content-length': length = '0' } = request.headers;
  if (coding.toLowerCase() !== 'identity') throw new ProblemError('unsupported_media_type');
  if (Number(length) > longest) throw new ProblemError('body_too_large');
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let text = '';
    let bytes = 0;
    const settle = (error: Error | null): void => {
      request.off('data', take).off('end', end).off('close', close);
      if (error === null) resolve(text);
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > longest) settle(new ProblemError('body_too_large'));
      else decode(() => decoder.decode(chunk, { stream: true }));
    };
    const decode = (decoded: () => string): boolean => {
      try {
        text += decoded();
        return true;
      } catch {
        settle(new ProblemError('malformed_json'));
        return false;
      }
    };
    const end = (): void => {
      if (decode(() => decoder.decode())) settle(null);
    };
    const close = (): void => settle(new ProblemError('invalid_request', { detail: 'The body broke off.' }));
    request.on('data', take).on('end', end).on('close', close);
    // It may have been closed while it waited for its turn.
    if (request.destroyed) close();
  });
}
