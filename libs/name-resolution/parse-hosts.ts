import { readFile } from 'node:fs/promises';

const rereadEveryMs = 10_000;

/** The names of `/etc/hosts`, which the system answers before it asks anybody. */
export class HostsFile {
  #names: Promise<ReadonlySet<string>> | null = null;
  #readAtMs = 0;

  constructor(
    private readonly path: string,
    /** Milliseconds of a clock that never goes back. */
    private readonly now: () => number,
  ) {}

  /** `name` is in lower case. Never rejects. */
  async has(name: string): Promise<boolean> {
    const nowMs = this.now();
    if (this.#names === null || nowMs - this.#readAtMs >= rereadEveryMs) {
      this.#readAtMs = nowMs;
      this.#names = readNames(this.path);
    }
    return (await this.#names).has(name);
  }
}

async function readNames(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Set(lines.flatMap((line) => line.toLowerCase().split(/\s+/).slice(1)));
}
