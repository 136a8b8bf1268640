export interface EjectionBounds {
  /** Number of consecutive failures after which an upstream is ejected. */
  consecutiveFailures: number;
  /**
   * A connection that the upstream ends abnormally within this time is a failure; null means that none is.
   */
  shortLivedMs: number | null;
  /** Duration of the first ejection; the n-th lasts n times as long, at most `maxMs`. */
  baseMs: number;
  maxMs: number;
}

/**
 * Counts the failures of one upstream of a route, and decides when it is ejected and until when. Times are
 * milliseconds of a monotonic clock.
 */
export class OutlierEjection {
  #failures = 0;
  #ejections = 0;
  #ejectedUntilMs = -Infinity;
  /** The time at which the first connection after the last failure joined. */
  #joinedSinceFailureAtMs: number | null = null;

  isEjected(nowMs: number): boolean {
    return nowMs < this.#ejectedUntilMs;
  }

  get ejectedUntilMs(): number {
    return this.#ejectedUntilMs;
  }

  /** Reports a successful handshake. */
  joined(nowMs: number, { shortLivedMs }: EjectionBounds): void {
    if (shortLivedMs === null) this.#failures = 0;
    else this.#joinedSinceFailureAtMs ??= nowMs;
  }

  /**
   * Reports a failed dial or handshake, or a short-lived connection. Returns whether the upstream should be
   * ejected.
   */
  failed(nowMs: number, bounds: EjectionBounds): boolean {
    if (this.isEjected(nowMs)) return false;
    if (this.#hasProvenItself(nowMs, bounds)) this.#failures = 0;
    this.#joinedSinceFailureAtMs = null;
    this.#failures += 1;
    return this.#failures >= bounds.consecutiveFailures;
  }

  /** Ejects the upstream. After `maxMs` without an ejection, the duration starts again at `baseMs`. */
  eject(nowMs: number, { baseMs, maxMs }: EjectionBounds): void {
    if (nowMs - this.#ejectedUntilMs >= maxMs) this.#ejections = 0;
    this.#ejections += 1;
    this.#failures = 0;
    this.#ejectedUntilMs = nowMs + Math.min(baseMs * this.#ejections, maxMs);
  }

  /** Ends an ejection because the route no longer has the rule. */
  forget(): void {
    this.#failures = 0;
    this.#ejections = 0;
    this.#ejectedUntilMs = -Infinity;
    this.#joinedSinceFailureAtMs = null;
  }

  // The first connection since the last failure has lived long enough or ended normally; otherwise it would
  // have been reported as a failure.
  #hasProvenItself(nowMs: number, { shortLivedMs }: EjectionBounds): boolean {
    const joinedAtMs = this.#joinedSinceFailureAtMs;
    return shortLivedMs !== null && joinedAtMs !== null && nowMs - joinedAtMs >= shortLivedMs;
  }
}
