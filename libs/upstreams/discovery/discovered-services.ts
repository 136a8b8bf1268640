import { isDeepStrictEqual } from 'node:util';
import { isOutage } from '../names/is-outage.js';
import type { ServiceRecord } from './service-record.js';

export interface DiscoveredServicesInput {
  find: () => Promise<readonly ServiceRecord[]>;
  /** How long an answer is fresh. */
  lifeMs: number;
  /** Called after the first answer, and when the records have changed. */
  onChanged: () => void;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/** How long a failure is cached (RFC 9520 §3.2). */
const failureLifeMs = 5000;
/** How long records are used while no name server answers (RFC 8767 §5). */
const staleForMs = 300_000;
// A bound, because each record is an upstream with counts, health and probes.
const maxRecords = 64;

/**
 * The records of one name, resolved when requests need them, so that an idle route sends no queries.
 * Expired records are used while they are resolved again.
 */
export class DiscoveredServices {
  #records: readonly ServiceRecord[] = [];
  #isKnown = false;
  #isAsking = false;
  #asking: Promise<void> = Promise.resolve();
  #freshUntilMs = -Infinity;
  #usableUntilMs = -Infinity;

  constructor(private readonly input: DiscoveredServicesInput) {}

  /** The records, lowest priority value first; empty if there are none or they are not resolved yet. */
  get records(): readonly ServiceRecord[] {
    return this.#records;
  }

  /** Whether no answer has arrived yet, and a query is running. */
  get isPending(): boolean {
    return !this.#isKnown;
  }

  /** Resolves when no query is running. Never rejects. */
  get answered(): Promise<void> {
    return this.#asking;
  }

  /** Must be called for each request. */
  refresh(): void {
    const { now, find } = this.input;
    const nowMs = now();
    if (this.#isAsking || nowMs < this.#freshUntilMs) return;
    this.#isAsking = true;
    if (nowMs >= this.#usableUntilMs) this.#forget();
    this.#asking = find().then(
      (found) => this.#keep(found),
      (error: unknown) => this.#keepFailure(error),
    );
  }

  #keep(found: readonly ServiceRecord[]): void {
    this.#freshUntilMs = this.input.now() + this.input.lifeMs;
    this.#usableUntilMs = this.#freshUntilMs + staleForMs;
    this.#take(found.toSorted(byPriority).slice(0, maxRecords));
  }

  #keepFailure(error: unknown): void {
    const nowMs = this.input.now();
    this.#freshUntilMs = nowMs + failureLifeMs;
    this.#take(isOutage(error) && nowMs < this.#usableUntilMs ? this.#records : []);
  }

  // No request has needed the records for a long time, so the next one waits for new records.
  #forget(): void {
    if (this.#records.length === 0) return;
    this.#records = [];
    this.#isKnown = false;
    this.input.onChanged();
  }

  #take(records: readonly ServiceRecord[]): void {
    const isChanged = !this.#isKnown || !isDeepStrictEqual(records, this.#records);
    this.#isAsking = false;
    this.#isKnown = true;
    this.#records = records;
    if (isChanged) this.input.onChanged();
  }
}

// Sorted, because name servers rotate answers.
function byPriority(one: ServiceRecord, other: ServiceRecord): number {
  const byName = one.target < other.target ? -1 : Number(one.target > other.target);
  return one.priority - other.priority || byName || one.port - other.port;
}
