import { readFile } from 'node:fs/promises';

const rereadEveryMs = 10_000;

/** The parsed content of a system file, read again at most every 10 seconds. */
export class RereadFile<Content> {
  #content: Promise<Content> | null = null;
  #readAtMs = 0;

  constructor(
    private readonly path: string,
    /** A file that is missing or cannot be read counts as empty. */
    private readonly parse: (text: string) => Content,
    /** Milliseconds of a monotonic clock. */
    private readonly now: () => number,
  ) {}

  read(): Promise<Content> {
    const nowMs = this.now();
    if (this.#content === null || nowMs - this.#readAtMs >= rereadEveryMs) {
      this.#readAtMs = nowMs;
      this.#content = readFile(this.path, 'utf8')
        .catch(() => '')
        .then(this.parse);
    }
    return this.#content;
  }
}
