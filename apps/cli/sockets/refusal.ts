import type { IncomingMessage } from 'node:http';
import { printable } from './printable.js';

const maxBodyBytes = 64 * 1024;
const shownHeaders = ['retry-after', 'location', 'www-authenticate'];

/** An answer in place of a WebSocket, as lines: its status, the header fields of interest, and its body. */
export async function refusalLines(response: IncomingMessage): Promise<string[]> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  const body = await readBody(response);
  return [
    `refused: ${statusCode} ${statusMessage}`.trim(),
    ...shownHeaders.filter((name) => name in headers).map((name) => `${name}: ${String(headers[name])}`),
    ...bodyLines(body, headers['content-type'] ?? ''),
  ].map(printable);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxBodyBytes) break;
    }
  } catch {
    // The connection ended in the middle of the body; the received part is printed.
  }
  return Buffer.concat(chunks).subarray(0, maxBodyBytes).toString();
}

function bodyLines(body: string, mediaType: string): string[] {
  if (!/^application\/(?:[\w.-]+\+)?json/.test(mediaType))
    return body === '' ? [] : body.trimEnd().split('\n');
  try {
    return JSON.stringify(JSON.parse(body), null, 2).split('\n');
  } catch {
    return body.split('\n');
  }
}
