import { LocalConnectionLimiter, type AcquireResult } from '#libs/limits';

/** A limiter that answers only once the test allows it. */
export class HeldLimiter extends LocalConnectionLimiter {
  /** The number of admissions that were asked for. */
  asked = 0;
  /** Answers them, and from then on all others at once. */
  answer = (): void => undefined;
  readonly #mayAnswer = new Promise<void>((resolve) => {
    this.answer = resolve;
  });

  constructor() {
    super({ now: () => performance.now() });
  }

  override async acquire(...request: Parameters<LocalConnectionLimiter['acquire']>): Promise<AcquireResult> {
    this.asked += 1;
    await this.#mayAnswer;
    return super.acquire(...request);
  }
}
