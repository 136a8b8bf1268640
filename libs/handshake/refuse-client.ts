import type { Duplex } from 'node:stream';
import { AnsweringStream } from './answering-stream.js';
import { composeProblem, composeRefusal, type RefusalExtras } from './compose-refusal.js';
import { endAndLinger } from './end-and-linger.js';
import { writeRefusal } from './write-refusal.js';

/**
 * Answers a client with a problem document instead of an upgrade, and closes its socket or its stream so that
 * it can read the answer. Resolves when it is closed; never rejects.
 */
export function refuseClient(
  client: Duplex,
  code: Parameters<typeof composeRefusal>[0],
  extras: RefusalExtras = {},
  linger: { lingerMs?: number } = {},
): Promise<void> {
  if (!(client instanceof AnsweringStream)) return writeRefusal(client, composeRefusal(code, extras), linger);
  const { status, fields, body } = composeProblem(code, extras);
  client.respond(status, fields);
  return endAndLinger(client, { lastBytes: body, ...linger });
}
