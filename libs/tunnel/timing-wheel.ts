const tickMs = 25;
const slotCount = 512;
// If a tick is later than this, the process was halted before it.
const haltMs = 10 * tickMs;

/**
 * Runs many timers with one interval. The timers are linked into the slots of a wheel, and the interval turns
 * the wheel. Starting, moving or stopping a timer only changes links, however many timers there are (Varghese
 * and Lauck, "Hashed and Hierarchical Timing Wheels", 1987). A timer never fires early, and fires at most one
 * tick of 25 ms late if the process keeps up. The interval runs only while at least one timer runs.
 */
export class TimingWheel {
  readonly #slots = Array.from({ length: slotCount }, () => new Slot());
  readonly #originMs = performance.now();
  #nowMs = this.#originMs;
  #turnedTo = 0;
  #running = 0;
  #interval: NodeJS.Timeout | null = null;

  /**
   * The time of the last tick, in milliseconds of `performance.now()`. Reading it costs nothing. Use it where
   * an error of 25 ms is acceptable.
   */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The exact current time on the same scale. */
  exactNowMs(): number {
    return performance.now();
  }

  /** @internal */
  get turnedTo(): number {
    return this.#turnedTo;
  }

  /** Creates a timer that calls back once for each start. */
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

  // Node runs timers before it reads sockets. After a halt, the wheel first lets the sockets be read.
  // Otherwise peers that have answered would be taken for silent, and connections for idle.
  #turn(): void {
    const lastMs = this.#nowMs;
    this.#nowMs = performance.now();
    if (this.#nowMs - lastMs > haltMs) setImmediate(() => this.#fire());
    else this.#fire();
  }

  #fire(): void {
    const target = this.#currentTick();
    // After a long halt, one whole turn is enough to visit every slot.
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

/** A timer of a wheel. It can be started again any number of times. */
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

  /** Calls back after `delayMs` milliseconds. It replaces an earlier start. */
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
    // Another timer of the same tick may have stopped or postponed this one.
    if (!this.#isRunning || this.dueTick > this.wheel.turnedTo) return;
    this.stop();
    this.onDue();
  }
}

/** A linked list of the timers whose ticks are equal modulo the number of slots. */
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
