import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { SerialQueue } from '#libs/async';
import { ProblemError } from '../http/problem-error.js';
import { readText } from '../http/read-text.js';

export interface IntakeBounds {
  maxDocumentBytes: number;
  /** Of all documents that are being read, wait for their turn, or have it. */
  maxHeldBytes: number;
  maxIdleMs: number;
  maxWaitMs: number;
}

/** A document that was read and has its turn. */
export interface Intake {
  text: string;
  /** Throws where the sender has left: it would never know that its document was applied. */
  requireSender: () => void;
  /** Lets the next document have its turn. Safe to call twice. */
  release: () => void;
}

/**
 * Reads documents, all at once, and then lets them through one at a time, since carrying one out takes about five times
 * the memory of its text. A sender that stalls keeps nobody waiting; the document of one that leaves is
 * dropped. What cannot be held, and who waits too long, is refused with `documents_busy`.
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
        refuse(senderLeft());
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

// The request itself is closed as soon as its body was read.
function requireOpen(socket: Socket): void {
  if (socket.destroyed) throw senderLeft();
}

function senderLeft(): ProblemError {
  return new ProblemError('invalid_request', { detail: 'The sender left before its document was applied.' });
}

function busy(reason: string): ProblemError {
  const detail = `Documents are applied one at a time, and ${reason}.`;
  return new ProblemError('documents_busy', { detail }, { 'Retry-After': '10' });
}
