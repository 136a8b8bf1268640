/** A loop waits on it until a wake-up or a timeout. A wake-up before the wait is not lost. */
export class WakeSignal {
  #isSet = false;
  #wakeUp: (() => void) | null = null;

  wake(): void {
    this.#isSet = true;
    this.#wakeUp?.();
  }

  /** Resolves to true after a wake-up and to false after the timeout. Only one caller may wait. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.#isSet) await this.#sleep(timeoutMs);
    const wasWoken = this.#isSet;
    this.#isSet = false;
    return wasWoken;
  }

  #sleep(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wakeUp = () => {
        clearTimeout(timer);
        this.#wakeUp = null;
        resolve();
      };
    });
  }
}
