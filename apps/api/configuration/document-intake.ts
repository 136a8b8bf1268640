import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { SerialQueue } from '#libs/async';
import { ProblemError } from '../http/problem-error.js';
import { readText } from '../http/read-text.js';

export interface IntakeBounds {
  maxDocumentBytes: number;
  /** The maximum total size of documents being read, waiting or being applied. */
  maxHeldBytes: number;
  maxIdleMs: number;
  maxWaitMs: number;
}

/** A completely received document, during its turn to be applied. */
export interface Intake {
  text: string;
  /** Throws when the sender has disconnected: it would not learn that its document was applied. */
  requireSender: () => void;
  /** Ends the turn, so that the next document can be applied. Safe to call twice. */
  release: () => void;
}

/**
 * Reads documents concurrently and hands them on one at a time, since applying a document takes about five
 * times the memory of its text. A sender that stalls does not block others; the document of a sender that
 * disconnects is dropped. A document that exceeds the memory or waits too long is refused with
 * `documents_busy`.
 */
export class DocumentIntake {
  readonly #turns = new SerialQueue();
  readonly #bounds: IntakeBounds;
  #heldBytes = 0;

  constructor(bounds: IntakeBounds) {
    this.#bounds = bounds;
  }

  async take(request: IncomingMessage): Promise<Intake> {
    const { maxDocumentBytes: maxBytes, maxIdleMs } = this.#bounds;
    let ownBytes = 0;
    let endTurn = (): void => undefined;
    const release = (): void => {
      this.#heldBytes -= ownBytes;
      ownBytes = 0;
      endTurn();
    };
    const take = (bytes: number): void => {
      if (this.#heldBytes + bytes > this.#bounds.maxHeldBytes)
        throw busy('too many large documents came at once');
      this.#heldBytes += bytes;
      ownBytes += bytes;
    };
    try {
      const text = await readText(request, { maxBytes, maxIdleMs, take });
      endTurn = await this.#nextTurn(request.socket);
      return { text, requireSender: () => requireOpen(request.socket), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #nextTurn(socket: Socket): Promise<() => void> {
    return new Promise((begin, refuse) => {
      let isWaiting = true;
      const stopWaiting = (): void => {
        isWaiting = false;
        clearTimeout(timer);
        socket.off('close', onClose);
      };
      const onTimeout = (): void => {
        stopWaiting();
        refuse(busy('others are still being applied'));
      };
      const onClose = (): void => {
        stopWaiting();
        refuse(senderDisconnected());
      };
      const timer = setTimeout(onTimeout, this.#bounds.maxWaitMs);
      socket.once('close', onClose);
      if (socket.destroyed) onClose();
      void this.#turns.run(() => {
        if (!isWaiting) return Promise.resolve();
        stopWaiting();
        return new Promise<void>((end) => begin(end));
      });
    });
  }
}

// The request itself closes once its body was read, so this checks the socket.
function requireOpen(socket: Socket): void {
  if (socket.destroyed) throw senderDisconnected();
}

function senderDisconnected(): ProblemError {
  return new ProblemError('invalid_request', {
    detail: 'The sender disconnected before its document was applied.',
  });
}

function busy(reason: string): ProblemError {
  const detail = `Documents are applied one at a time, and ${reason}.`;
  return new ProblemError('documents_busy', { detail }, { 'Retry-After': '10' });
}
