import { TimingWheel, type WheelTimer } from '#libs/tunnel';

/** A wheel whose clock can be put forward by hand. What is due then is due at once, and in the order of its start. */
export class HandWheel extends TimingWheel {
  readonly #callbacks: (() => void)[] = [];
  #aheadMs = 0;

  override get nowMs(): number {
    return performance.now() + this.#aheadMs;
  }

  override createTimer(onDue: () => void): WheelTimer {
    this.#callbacks.push(onDue);
    return super.createTimer(onDue);
  }

  putForward(milliseconds: number): void {
    this.#aheadMs += milliseconds;
    for (const onDue of this.#callbacks) onDue();
  }
}
