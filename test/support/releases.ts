/** Cleanups of a test, which run in reverse order. */
export class Releases {
  readonly #releases: (() => unknown)[] = [];

  add(release: () => unknown): void {
    this.#releases.push(release);
  }

  /** Runs the cleanups. Safe to call twice. */
  async releaseAll(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }

  /** Resolves with the result of `start`; if it rejects, runs the cleanups registered so far. */
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
