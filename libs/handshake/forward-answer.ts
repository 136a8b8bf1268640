import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Transform, type Duplex, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AnsweringStream } from './answering-stream.js';
import { DiscardingDuplex } from './discarding-duplex.js';
import { endAndLinger } from './end-and-linger.js';
import { answerHeaders, type ChangeAnswerHeaders } from './answer-headers.js';
import { headerValues, type HeaderField } from './header-field.js';
import { composeHead } from './message-head.js';
import { maxAnswerHeadBytes, type UpstreamAnswer } from './upstream-answer.js';
import { refuseClient } from './refuse-client.js';

export interface ForwardAnswerOptions {
  /** The client's raw socket, or its stream. Nothing has been written to it yet. */
  client: Duplex;
  upstream: Duplex;
  /** The upstream's answer, which is not a 101, and the bytes that came after its head. */
  answer: UpstreamAnswer;
  rest: Buffer;
  changeHeaders?: ChangeAnswerHeaders | null;
  /** The timeout for the whole body. */
  timeoutMs: number;
  lingerMs?: number;
}

/**
 * `bodyBytes` is the number of body bytes that were written to the client's socket. If `ok` is false, the
 * body is incomplete.
 */
export type ForwardedAnswer =
  | { ok: true; bodyBytes: number }
  | { ok: false; code: 'upstream_bad_handshake' | 'upstream_timeout' | 'cut_short'; bodyBytes: number };

/**
 * Forwards the answer of an upstream that did not switch protocols to the client as an ordinary HTTP
 * response, and closes both sockets. It forwards the status, the end-to-end fields, and the body under
 * backpressure. The body has its length if the upstream gave one, and is chunked otherwise, so that a
 * truncated body never looks complete (RFC 9112 §8). Node's parser decodes the answer. The client's bytes are
 * discarded. Resolves when both sockets are closed; never rejects.
 */
export async function forwardAnswer(options: ForwardAnswerOptions): Promise<ForwardedAnswer> {
  const { client, upstream, answer, rest, timeoutMs } = options;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), timeoutMs);
  const onClientClose = (): void => giveUp.abort();
  const ignoreError = (): void => undefined;
  client.once('close', onClientClose).on('error', ignoreError).resume();
  upstream.on('error', ignoreError);
  const source = new DiscardingDuplex(upstream, Buffer.concat([answer.head, rest]));
  source.on('error', ignoreError);
  try {
    return await forward(options, source, giveUp.signal);
  } finally {
    clearTimeout(timer);
    source.destroy();
    client.off('close', onClientClose).off('error', ignoreError);
    upstream.off('error', ignoreError);
  }
}

async function forward(
  { client, answer, changeHeaders = null, lingerMs }: ForwardAnswerOptions,
  source: Duplex,
  signal: AbortSignal,
): Promise<ForwardedAnswer> {
  const linger = lingerMs === undefined ? {} : { lingerMs };
  const response = isDecodable(answer) ? await parseResponse(source, signal) : null;
  if (response === null) {
    source.destroy();
    const code = signal.aborted ? 'upstream_timeout' : 'upstream_bad_handshake';
    await refuseClient(client, code, {}, linger);
    return { ok: false, code, bodyBytes: 0 };
  }
  const body = writeHead(client, answer, changeHeaders);
  const isWhole = await pipeline(response, body, client, { signal }).then(
    () => true,
    () => false,
  );
  source.destroy();
  if (!isWhole) client.destroy();
  await endAndLinger(client, linger);
  return isWhole
    ? { ok: true, bodyBytes: body.bytes }
    : { ok: false, code: 'cut_short', bodyBytes: body.bytes };
}

// Node's parser decodes the chunked transfer coding and no other. The end of a body in another transfer
// coding cannot be found.
function isDecodable(answer: UpstreamAnswer): boolean {
  if (isBodiless(answer)) return true;
  return headerValues(answer.headers, 'transfer-encoding').every(
    (coding) => coding.toLowerCase() === 'chunked',
  );
}

function parseResponse(source: Duplex, signal: AbortSignal): Promise<IncomingMessage | null> {
  return new Promise((resolve) => {
    const request = httpRequest({
      createConnection: () => source,
      maxHeaderSize: 2 * maxAnswerHeadBytes,
      insecureHTTPParser: false,
      signal,
    });
    request.once('response', resolve);
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
    request.end();
  });
}

function needsChunks(answer: UpstreamAnswer): boolean {
  return !isBodiless(answer) && headerValues(answer.headers, 'content-length').length === 0;
}

// Answers with these two statuses end with their head, even if it announces a body (RFC 9112 §6.3).
function isBodiless({ statusCode }: UpstreamAnswer): boolean {
  return statusCode === 204 || statusCode === 304;
}

/** Returns the stream through which the body goes to the client. */
function writeHead(client: Duplex, answer: UpstreamAnswer, changeHeaders: ChangeAnswerHeaders | null): Body {
  const { statusCode, reasonPhrase, headers } = answer;
  const fields = answerHeaders(headers, changeHeaders).filter(
    (field) => statusCode !== 204 || !isContentLength(field),
  );
  if (client instanceof AnsweringStream) {
    client.respond(statusCode, fields);
    return new Body();
  }
  const isChunked = needsChunks(answer);
  if (isChunked) fields.push(['Transfer-Encoding', 'chunked']);
  fields.push(['Connection', 'close']);
  client.write(composeHead(`HTTP/1.1 ${statusCode} ${reasonPhrase}`, fields), 'latin1');
  return isChunked ? new ChunkedBody() : new Body();
}

// A 204 must not have Content-Length. In a 304 it is the length that a 200 would have had (RFC 9110 §8.6).
function isContentLength([name]: HeaderField): boolean {
  return name.toLowerCase() === 'content-length';
}

/** Forwards a body one chunk at a time, and counts its bytes. */
class Body extends Transform {
  bytes = 0;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.pass(chunk);
    done();
  }

  protected pass(chunk: Buffer): void {
    this.push(chunk);
  }
}

/** Forwards a body in the chunked transfer coding (RFC 9112 §7.1). */
class ChunkedBody extends Body {
  protected override pass(chunk: Buffer): void {
    this.push(`${chunk.length.toString(16)}\r\n`);
    this.push(chunk);
    this.push('\r\n');
  }

  override _flush(done: TransformCallback): void {
    this.push('0\r\n\r\n');
    done();
  }
}
