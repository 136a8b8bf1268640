/** What was started, to be released in reverse order. */
export class Releases {
  readonly #releases: (() => unknown)[] = [];

  add(release: () => unknown): void {
    this.#releases.push(release);
  }

  /** Safe to call twice. */
  async releaseAll(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }

  /** Resolves with what `start` resolves with; where it rejects, releases what it had started. */
  static async unlessStarted<Started>(start: (releases: Releases) => Promise<Started>): Promise<Started> {
    const releases = new Releases();
    try {
      return await start(releases);
    } catch (error) {
      await releases.releaseAll();
      throw error;
    }
  }
}
