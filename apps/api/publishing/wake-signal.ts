/** Lets a loop wait until it is woken, or for a time at most. A call that comes before the wait is not lost. */
export class WakeSignal {
  private isSet = false;
  private wakeUp: (() => void) | null = null;

  wake(): void {
    this.isSet = true;
    this.wakeUp?.();
  }

  /** Resolves to whether it was woken; at most one may wait. */
  async wait(timeoutMs: number): Promise<boolean> {
    if (!this.isSet) await this.sleep(timeoutMs);
    const wasWoken = this.isSet;
    this.isSet = false;
    return wasWoken;
  }

  private sleep(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wakeUp = () => {
        clearTimeout(timer);
        this.wakeUp = null;
        resolve();
      };
    });
  }
}
