import type { Logger } from 'pino';

const minuteMs = 60_000;

/**
 * A warning of an event that may occur thousands of times: logged at once, then at most once a minute, with a
 * count.
 */
export class MinutelyWarning {
  #loggedAtMs = -Infinity;
  #times = 0;

  /** @param now milliseconds of a monotonic clock */
  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly message: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts an occurrence; `times` in the line is the count since the previous line. */
  warn(fields: object = {}): void {
    this.#times += 1;
    const nowMs = this.now();
    if (nowMs - this.#loggedAtMs < minuteMs) return;
    this.#loggedAtMs = nowMs;
    this.logger.warn({ times: this.#times, ...fields }, this.message);
    this.#times = 0;
  }
}
