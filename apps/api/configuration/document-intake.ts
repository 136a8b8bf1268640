import type { IncomingMessage } from 'node:http';
import { SerialQueue } from '../database/serial-queue.js';
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
  /** Lets the next document have its turn. Safe to call twice. */
  release: () => void;
}

/**
 * Reads documents, all at once, and then lets them through one at a time, since carrying one out takes about five times
 * the memory of its text. A sender that stalls keeps nobody waiting. What cannot be held, and who waits too long, is
 * refused with `documents_busy`.
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
      endTurn = await this.#nextTurn();
      return { text, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #nextTurn(): Promise<() => void> {
    return new Promise((begin, refuse) => {
      let isRefused = false;
      const timer = setTimeout(() => {
        isRefused = true;
        refuse(busy('others are still being applied'));
      }, this.#bounds.maxWaitMs);
      void this.#turns.run(() => {
        clearTimeout(timer);
        return isRefused ? Promise.resolve() : new Promise<void>((end) => begin(end));
      });
    });
  }
}

function busy(reason: string): ProblemError {
  const detail = `Documents are applied one at a time, and ${reason}.`;
  return new ProblemError('documents_busy', { detail }, { 'Retry-After': '10' });
}
