import { readFile } from 'node:fs/promises';
import { errorMessage } from '#libs/async';
import type { Logger } from '#libs/redis';
import { removeLeftovers, writeAtomically } from './atomic-write.js';
import type { KeptSnapshot } from './config-applier.js';
import type { StoredSnapshot } from './ports.js';
import { decodeSnapshot, encodeSnapshot } from './snapshot-format.js';

export interface SnapshotFileOptions {
  path: string;
  logger: Logger;
  /** Minimum time between two writes; 1,000 by default. */
  minIntervalMs?: number;
  /** Whether this process writes the file; true by default. */
  isKept?: boolean;
}

export type SnapshotFileContent =
  { ok: true; snapshot: StoredSnapshot } | { ok: false; code: 'absent' | 'unusable'; detail: string };

// The minimum pause after a write, as a multiple of its duration: writing takes at most a twentieth of the
// time, also for a large configuration on a slow disk.
const restPerWrite = 20;
const retryIntervalMs = 10_000;

/**
 * The last good snapshot in a file of mode 0600, from which a gateway starts while API and Redis are down. A
 * truncated or foreign file is reported and ignored. A disk that cannot be written to is reported once, and
 * retried.
 */
export class SnapshotFile {
  readonly #minIntervalMs: number;
  #take: (() => KeptSnapshot | null) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;
  #lastWriteMs = 0;
  #isFailing = false;
  #isKept: boolean;
  #isClosed = false;

  constructor(private readonly options: SnapshotFileOptions) {
    this.#minIntervalMs = options.minIntervalMs ?? 1000;
    this.#isKept = options.isKept ?? true;
  }

  /** Reads the last written snapshot; its entries are not validated yet. Never rejects. */
  async read(): Promise<SnapshotFileContent> {
    const { path, logger } = this.options;
    await removeLeftovers(path).catch(() => undefined);
    const content = await readSnapshot(path);
    if (!content.ok && content.code === 'unusable') {
      logger.warn({ path, reason: content.detail }, 'the snapshot file cannot be used');
    }
    return content;
  }

  /** Schedules a write; `take` is called for the snapshot when it is due. */
  keep(take: () => KeptSnapshot | null): void {
    if (this.#isClosed) return;
    this.#take = take;
    this.#schedule();
  }

  /**
   * Sets whether this process, of several that read the file, writes it. A process that becomes the writer
   * writes the current state.
   */
  setKept(isKept: boolean): void {
    this.#isKept = isKept;
    this.#schedule();
  }

  /** Writes pending changes, and stops the timer. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #schedule(): void {
    if (this.#isClosed || !this.#isKept || this.#take === null) return;
    if (this.#timer !== undefined || this.#writing !== null) return;
    const restMs = Math.max(this.#minIntervalMs, this.#lastWriteMs * restPerWrite);
    const delayMs = this.#isFailing ? Math.max(restMs, retryIntervalMs) : restMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        this.#schedule();
      });
    }, delayMs);
  }

  async #write(): Promise<void> {
    if (!this.#isKept) return;
    const take = this.#take;
    const snapshot = take?.() ?? null;
    this.#take = null;
    if (snapshot === null) return;
    const startedAt = performance.now();
    try {
      await writeAtomically(this.options.path, encodeSnapshot(snapshot));
      this.#noticeSuccess();
    } catch (error) {
      this.#noticeFailure(error);
      this.#take ??= take;
    }
    this.#lastWriteMs = performance.now() - startedAt;
  }

  #noticeSuccess(): void {
    if (this.#isFailing) {
      this.options.logger.info({ path: this.options.path }, 'the snapshot file can be written again');
    }
    this.#isFailing = false;
  }

  #noticeFailure(error: unknown): void {
    if (!this.#isFailing) {
      const fields = { path: this.options.path, reason: errorMessage(error) };
      this.options.logger.error(
        fields,
        'the snapshot file cannot be written; the gateway continues without it',
      );
    }
    this.#isFailing = true;
  }
}

async function readSnapshot(path: string): Promise<SnapshotFileContent> {
  try {
    return decodeSnapshot(await readFile(path));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { ok: false, code: isAbsent ? 'absent' : 'unusable', detail: errorMessage(error) };
  }
}
