const tickMs = 25;
const slotCount = 512;
// A tick that is later than this follows a time in which the process stood still.
const haltMs = 10 * tickMs;

/**
 * Many timers for the price of one: all of them hang in the slots of a wheel that one interval turns, so that starting,
 * moving and stopping a timer is a change of links, whatever their number (Varghese and Lauck, "Hashed and Hierarchical
 * Timing Wheels", 1987). A timer is never early, and at most one tick of 25 ms late on a process that keeps up. The interval
 * runs only while a timer does.
 */
export class TimingWheel {
  readonly #slots = Array.from({ length: slotCount }, () => new Slot());
  readonly #originMs = performance.now();
  #nowMs = this.#originMs;
  #turnedTo = 0;
  #running = 0;
  #interval: NodeJS.Timeout | null = null;

  /** Milliseconds as `performance.now()` counts them, as of the last tick: free to read, for who can do with 25 ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The same now, for who needs it exact. */
  exactNowMs(): number {
    return performance.now();
  }

  /** @internal */
  get turnedTo(): number {
    return this.#turnedTo;
  }

  /** A timer that calls back once for each start. */
  createTimer(onDue: () => void): WheelTimer {
    return new WheelTimer(this, onDue);
  }

  /** @internal */
  insert(timer: WheelTimer, delayMs: number): void {
    if (this.#running === 0) this.#start();
    this.#running += 1;
    const dueTick = Math.ceil((performance.now() + delayMs - this.#originMs) / tickMs);
    timer.dueTick = Math.max(dueTick, this.#turnedTo + 1);
    this.#slotOf(timer.dueTick).add(timer);
  }

  /** @internal */
  remove(timer: WheelTimer): void {
    this.#slotOf(timer.dueTick).delete(timer);
    this.#running -= 1;
    if (this.#running > 0 || !this.#interval) return;
    clearInterval(this.#interval);
    this.#interval = null;
  }

  #start(): void {
    this.#nowMs = performance.now();
    this.#turnedTo = this.#currentTick();
    this.#interval = setInterval(() => this.#turn(), tickMs);
  }

  // Timers run before sockets are read. After a halt, what came meanwhile is read first: peers that have answered are not taken
  // for silent, nor connections for idle.
  #turn(): void {
    const lastMs = this.#nowMs;
    this.#nowMs = performance.now();
    if (this.#nowMs - lastMs > haltMs) setImmediate(() => this.#fire());
    else this.#fire();
  }

  #fire(): void {
    const target = this.#currentTick();
    // After a long halt one whole turn visits every slot.
    const first = Math.max(this.#turnedTo + 1, target - slotCount + 1);
    this.#turnedTo = target;
    for (let tick = first; tick <= target; tick += 1) {
      for (const timer of this.#slotOf(tick).dueBy(target)) timer.fire();
    }
  }

  #currentTick(): number {
    return Math.floor((this.#nowMs - this.#originMs) / tickMs);
  }

  #slotOf(tick: number): Slot {
    const slot = this.#slots[tick % slotCount];
    if (!slot) throw new Error('a wheel has no such slot');
    return slot;
  }
}

/** One timer of a wheel; it can be started again as often as wanted. */
export class WheelTimer {
  /** @internal */
  dueTick = 0;
  /** @internal */
  previous: WheelTimer | null = null;
  /** @internal */
  next: WheelTimer | null = null;
  #isRunning = false;

  constructor(
    private readonly wheel: TimingWheel,
    private readonly onDue: () => void,
  ) {}

  /** Calls back after so many milliseconds; an earlier start counts no more. */
  start(delayMs: number): void {
    this.stop();
    this.#isRunning = true;
    this.wheel.insert(this, delayMs);
  }

  /** Safe to call twice. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.wheel.remove(this);
  }

  /** @internal */
  fire(): void {
    // Another timer of the same tick may have stopped this one, or put it off.
    if (!this.#isRunning || this.dueTick > this.wheel.turnedTo) return;
    this.stop();
    this.onDue();
  }
}

/** Timers whose ticks are the same modulo the number of slots, linked through themselves. */
class Slot {
  #first: WheelTimer | null = null;

  add(timer: WheelTimer): void {
    timer.previous = null;
    timer.next = this.#first;
    if (this.#first) this.#first.previous = timer;
    this.#first = timer;
  }

  delete(timer: WheelTimer): void {
    if (timer.previous) timer.previous.next = timer.next;
    else this.#first = timer.next;
    if (timer.next) timer.next.previous = timer.previous;
    timer.previous = null;
    timer.next = null;
  }

  dueBy(tick: number): WheelTimer[] {
    const due: WheelTimer[] = [];
    for (let timer = this.#first; timer; timer = timer.next) if (timer.dueTick <= tick) due.push(timer);
    return due;
  }
}
