export interface EjectionBounds {
  /** Failures in a row after which an upstream is ejected. */
  consecutiveFailures: number;
  /** A connection that the upstream ends abnormally within this time is a failure; null: none is. */
  shortLivedMs: number | null;
  /** How long the first ejection lasts; the n-th lasts n times as long, at most `maxMs`. */
  baseMs: number;
  maxMs: number;
}

/**
 * Counts the failures of one upstream of a route, and says when it is to be ejected and until when. Times
 * are milliseconds of a monotonic clock.
 */
export class OutlierEjection {
  #failures = 0;
  #ejections = 0;
  #ejectedUntilMs = -Infinity;
  /** When the first connection after the last failure was joined. */
  #joinedSinceFailureAtMs: number | null = null;

  isEjected(nowMs: number): boolean {
    return nowMs < this.#ejectedUntilMs;
  }

  get ejectedUntilMs(): number {
    return this.#ejectedUntilMs;
  }

  /** A handshake succeeded. */
  joined(nowMs: number, { shortLivedMs }: EjectionBounds): void {
    if (shortLivedMs === null) this.#failures = 0;
    else this.#joinedSinceFailureAtMs ??= nowMs;
  }

  /**
   * A dial or a handshake failed, or a connection was short-lived. Returns whether the upstream is to be
   * ejected.
   */
  failed(nowMs: number, bounds: EjectionBounds): boolean {
    if (this.isEjected(nowMs)) return false;
    if (this.#hasProvenItself(nowMs, bounds)) this.#failures = 0;
    this.#joinedSinceFailureAtMs = null;
    this.#failures += 1;
    return this.#failures >= bounds.consecutiveFailures;
  }

  /** Ejects it. One that has been in for `maxMs` starts with the shortest time again. */
  eject(nowMs: number, { baseMs, maxMs }: EjectionBounds): void {
    if (nowMs - this.#ejectedUntilMs >= maxMs) this.#ejections = 0;
    this.#ejections += 1;
    this.#failures = 0;
    this.#ejectedUntilMs = nowMs + Math.min(baseMs * this.#ejections, maxMs);
  }

  /** Ends an ejection, since the route has no such rule any more. */
  forget(): void {
    this.#failures = 0;
    this.#ejections = 0;
    this.#ejectedUntilMs = -Infinity;
    this.#joinedSinceFailureAtMs = null;
  }

  // The first connection since the last failure has lived long enough, or ended well: otherwise it would
  // have been a failure.
  #hasProvenItself(nowMs: number, { shortLivedMs }: EjectionBounds): boolean {
    const joinedAtMs = this.#joinedSinceFailureAtMs;
    return shortLivedMs !== null && joinedAtMs !== null && nowMs - joinedAtMs >= shortLivedMs;
  }
}
