import { TimingWheel, type WheelTimer } from '#libs/tunnel';

/** A wheel whose clock can be advanced. What is due then is due at once, and in the order in which the timers were created. */
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
