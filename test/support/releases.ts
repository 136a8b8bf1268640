/** What was started and has to be given back, the last one first. */
export class Releases {
  readonly #releases: (() => Promise<unknown>)[] = [];

  add(release: () => Promise<unknown>): void {
    this.#releases.push(release);
  }

  /** Safe to call twice. */
  async releaseAll(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }

  /** Resolves with what `start` resolves with; where it rejects, gives back what was started before. */
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
