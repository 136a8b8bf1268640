const windowMs = 1000;

/** How often each upstream was picked in the current second. All counts are reset together. */
export class RecentPicks<C> {
  readonly #counts = new Map<C, number>();
  #endsAtMs = -Infinity;

  add(candidate: C, nowMs: number): void {
    if (nowMs >= this.#endsAtMs) {
      this.#counts.clear();
      this.#endsAtMs = nowMs + windowMs;
    }
    this.#counts.set(candidate, this.of(candidate) + 1);
  }

  of(candidate: C): number {
    return this.#counts.get(candidate) ?? 0;
  }
}
