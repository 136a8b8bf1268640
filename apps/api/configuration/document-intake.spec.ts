import { once } from 'node:events';
import { createServer, request, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProblemError } from '../http/problem-error.js';
import { DocumentIntake, type Intake, type IntakeBounds } from './document-intake.js';

const generous = { maxDocumentBytes: 1000, maxHeldBytes: 2000, maxIdleMs: 20_000, maxWaitMs: 20_000 };

let server: Server;
let sent: ClientRequest[];
/** The documents in the order of their turns. */
let taken: Intake[];
let onTaken: () => void;
let bodiesRead: number;
let refused: ProblemError[];
beforeEach(() => {
  bodiesRead = 0;
  refused = [];
  sent = [];
  taken = [];
  onTaken = () => undefined;
});
afterEach(async () => {
  for (const one of sent) one.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('a document whose sender stalls is refused with 408, and the connection is closed', async () => {
  await serve({ ...generous, maxIdleMs: 50 });
  const stalled = send();
  stalled.write('{');
  const refused = await answered(stalled);
  expect([refused.status, refused.headers.connection]).toEqual([408, 'close']);
  expect(refused.body).toMatchObject({ code: 'body_timeout' });
});

test('a document that is still being sent does not block others', async () => {
  await serve(generous);
  const slow = send();
  slow.write('slow');
  const quick = send();
  quick.end('quick');
  expect((await answered(quick)).status).toBe(200);
  slow.end();
  expect((await answered(slow)).status).toBe(200);
  expect(taken.map(({ text }) => text)).toEqual(['quick', 'slow']);
});

test('documents are applied one at a time; a document that waits too long is refused with 503 and skipped', async () => {
  await serve({ ...generous, maxWaitMs: 50 });
  const holding = new Promise<void>((resolve) => (onTaken = resolve));
  const first = send({ held: true });
  first.end('first');
  await holding;
  const waiting = send();
  waiting.end('waiting');
  const refused = await answered(waiting);
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
  expect(refused.body).toMatchObject({ code: 'documents_busy' });
  taken[0]?.release();
  const next = send();
  next.end('next');
  expect((await answered(next)).status).toBe(200);
  expect(taken.map(({ text }) => text)).toEqual(['first', 'next']);
});

test('a document of unknown length is refused with 413 once it exceeds the limit', async () => {
  await serve({ ...generous, maxDocumentBytes: 100 });
  const endless = send();
  endless.write('x'.repeat(90));
  endless.write('x'.repeat(90));
  expect(await answered(endless)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
});

test('the total size of documents is bounded, and released memory can be used again', async () => {
  await serve({ ...generous, maxHeldBytes: 1000 });
  const holding = new Promise<void>((resolve) => (onTaken = resolve));
  const first = send({ held: true });
  first.end('x'.repeat(900));
  await holding;
  const second = send();
  second.end('y'.repeat(200));
  expect(await answered(second)).toMatchObject({ status: 503, body: { code: 'documents_busy' } });
  taken[0]?.release();
  taken[0]?.release();
  for (const text of ['x'.repeat(900), 'y'.repeat(900)]) {
    const again = send();
    again.end(text);
    expect((await answered(again)).status).toBe(200);
  }
});

test('a waiting document whose sender disconnects is dropped at once, and its memory is released', async () => {
  await serve({ ...generous, maxHeldBytes: 1000 });
  const holding = new Promise<void>((resolve) => (onTaken = resolve));
  const first = send({ held: true });
  first.end('first');
  await holding;
  const leaving = send();
  leaving.end('x'.repeat(900));
  await expect.poll(() => bodiesRead).toBe(2);
  leaving.destroy();
  await expect.poll(() => refused.map(({ document }) => document.code)).toEqual(['invalid_request']);
  const next = send();
  next.end('y'.repeat(900));
  await expect.poll(() => bodiesRead).toBe(3);
  taken[0]?.release();
  expect((await answered(next)).status).toBe(200);
  expect(taken.map(({ text }) => text[0])).toEqual(['f', 'y']);
});

test('a document whose sender has disconnected during its turn is not applied', async () => {
  await serve(generous);
  const holding = new Promise<void>((resolve) => (onTaken = resolve));
  const only = send({ held: true, isAnswered: false });
  only.end('only');
  await holding;
  expect(() => taken[0]?.requireSender()).not.toThrow();
  only.destroy();
  await expect.poll(() => hasSender(taken[0])).toBe(false);
  taken[0]?.release();
});

function hasSender(intake: Intake | undefined): boolean {
  try {
    intake?.requireSender();
    return true;
  } catch {
    return false;
  }
}

async function serve(bounds: IntakeBounds): Promise<void> {
  const intake = new DocumentIntake(bounds);
  server = createServer((incoming, response) => {
    incoming.once('end', () => (bodiesRead += 1));
    const answer = async (): Promise<void> => {
      try {
        const intaken = await intake.take(incoming);
        taken.push(intaken);
        onTaken();
        if (incoming.headers['x-held'] === undefined) intaken.release();
        if (incoming.headers['x-unanswered'] === undefined) response.end('{}');
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused.push(error);
        response.writeHead(error.document.status, error.headers).end(JSON.stringify(error.document));
      }
    };
    void answer();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Begins a request; the test writes the body. */
function send({ held = false, isAnswered = true } = {}): ClientRequest {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const headers = {
    'transfer-encoding': 'chunked',
    ...(held && { 'x-held': 'yes' }),
    ...(!isAnswered && { 'x-unanswered': 'yes' }),
  };
  const put = request({ port, host: '127.0.0.1', method: 'PUT', headers });
  put.on('error', () => undefined);
  put.flushHeaders();
  sent.push(put);
  return put;
}

async function answered(
  put: ClientRequest,
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: unknown }> {
  const [response] = (await once(put, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await json(response) };
}
