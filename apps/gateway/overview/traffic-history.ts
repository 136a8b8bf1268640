import type { TrafficTable } from '#libs/tunnel';
import { keptTicks, StepRows, tickMs, type RowBudget } from './step-rows.js';

export interface TrafficHistoryInput {
  traffic: Pick<TrafficTable, 'takeSent'>;
  registry: { readonly size: number; ofTenant(tenantId: string): { readonly size: number } };
  /** Milliseconds since 1970 of a clock that is never set. */
  now: () => number;
  /** The maximum number of rows of all tenants; 20,000 by default: some 16 MB. */
  maxRows?: number;
}

const defaultMaxRows = 20_000;
const sentRows = [
  'messagesFromClients',
  'messagesFromUpstreams',
  'bytesFromClients',
  'bytesFromUpstreams',
] as const;
const sweepEveryTicks = 30;
const refusedPrefix = 'refused ';

/** The row in which the refusals with this code are counted. */
export function refusedRow(code: string): string {
  return refusedPrefix + code;
}

/** The code whose refusals this row counts; null: it counts something else. */
export function refusedCodeOf(row: string): string | null {
  return row.startsWith(refusedPrefix) ? row.slice(refusedPrefix.length) : null;
}

/**
 * What this gateway has done in the last hour, in all and for each tenant: its handshakes, refusals by code,
 * messages, bytes and connections. Every two seconds it takes what tenants have sent from the counters that
 * limit their rates, so that messages cost nothing here. A tenant is dropped an hour after its last activity;
 * beyond the maximum of rows, later tenants are counted in all only.
 */
export class TrafficHistory {
  readonly total: StepRows;
  readonly tenants = new Map<string, StepRows>();
  /** The first tick. */
  readonly firstTick: number;
  /** The last recorded tick. */
  tick: number;
  readonly #budget: RowBudget;
  /** What is counted since the last tick: rows by tenant; the key null: no tenant. */
  #counted = new Map<string | null, Map<string, number>>();
  #sweptAtTick: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly input: TrafficHistoryInput) {
    this.firstTick = Math.floor(input.now() / tickMs);
    this.tick = this.firstTick - 1;
    this.#sweptAtTick = this.firstTick;
    this.#budget = { left: input.maxRows ?? defaultMaxRows, missedAtTick: null };
    this.total = new StepRows(this.firstTick, { left: Infinity, missedAtTick: null });
  }

  /** Whether each tenant of the last hour has all of its rows. */
  get isComplete(): boolean {
    const { missedAtTick } = this.#budget;
    return missedAtTick === null || this.tick - missedAtTick > keptTicks;
  }

  start(): void {
    this.#timer = setTimeout(() => this.#record(), tickMs - (this.input.now() % tickMs)).unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  joined(tenantId: string): void {
    this.#count(tenantId, 'handshakes', 1);
  }

  /** A request was refused; the tenant is null if it matched no route. */
  refused(tenantId: string | null, code: string): void {
    this.#count(tenantId, refusedRow(code), 1);
  }

  /** A connection of the tenant has ended, so its number has changed. */
  ended(tenantId: string): void {
    this.#countsOf(tenantId);
  }

  // The timer may be a millisecond early.
  #record(): void {
    this.recordUpTo(Math.round(this.input.now() / tickMs) - 1);
    this.start();
  }

  /** @internal Records what was counted as the values of this tick. */
  recordUpTo(tick: number): void {
    if (tick <= this.tick) return;
    this.tick = tick;
    this.input.traffic.takeSent((tenantId, sent) => {
      for (const row of sentRows) this.#count(tenantId, row, sent[row]);
    });
    for (const [tenantId, counts] of this.#counted) this.#recordCounts(tenantId, counts);
    this.#counted = new Map();
    this.total.setConnections(this.input.registry.size, tick);
    if (tick - this.#sweptAtTick >= sweepEveryTicks) this.#dropIdle();
  }

  #recordCounts(tenantId: string | null, counts: ReadonlyMap<string, number>): void {
    for (const [row, value] of counts) this.total.add(row, value, this.tick);
    if (tenantId === null) return;
    const rows = this.tenants.get(tenantId) ?? new StepRows(this.tick, this.#budget);
    this.tenants.set(tenantId, rows);
    rows.setConnections(this.input.registry.ofTenant(tenantId).size, this.tick);
    for (const [row, value] of counts) rows.add(row, value, this.tick);
  }

  #dropIdle(): void {
    this.#sweptAtTick = this.tick;
    for (const [tenantId, rows] of this.tenants) {
      const isIdle = rows.connections === 0 && this.tick - rows.usedAtTick > keptTicks;
      if (!isIdle && rows.names.length > 0) continue;
      rows.release();
      this.tenants.delete(tenantId);
    }
  }

  #count(tenantId: string | null, row: string, value: number): void {
    const counts = this.#countsOf(tenantId);
    counts.set(row, (counts.get(row) ?? 0) + value);
  }

  #countsOf(tenantId: string | null): Map<string, number> {
    const found = this.#counted.get(tenantId);
    if (found) return found;
    const counts = new Map<string, number>();
    this.#counted.set(tenantId, counts);
    return counts;
  }
}
