import { TimingWheel, type WheelTimer } from '#libs/tunnel';

/**
 * A timing wheel with a manual clock. Timers that become due fire at once, in the order of their creation.
 */
export class ManualTimingWheel extends TimingWheel {
  readonly #callbacks: (() => void)[] = [];
  #aheadMs = 0;

  override get nowMs(): number {
    return super.nowMs + this.#aheadMs;
  }

  override exactNowMs(): number {
    return super.exactNowMs() + this.#aheadMs;
  }

  override createTimer(onDue: () => void): WheelTimer {
    this.#callbacks.push(onDue);
    return super.createTimer(onDue);
  }

  advance(milliseconds: number): void {
    this.#aheadMs += milliseconds;
    for (const onDue of this.#callbacks) onDue();
  }
}
