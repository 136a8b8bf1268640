import type { ConfigPosition } from '#libs/contract';
import type { ApplyResult, ConfigConsumer, StoredSnapshot } from './ports.js';
import { parseChange, parseSnapshot } from './received-config.js';

/** What became of something received: `gap` means that what is stored has to be looked at. */
export type ReceivedOutcome =
  { kind: 'applied' } | { kind: 'ignored' } | { kind: 'gap' } | { kind: 'refused'; reason: string };

/**
 * Hands to the consumer what is valid and in order, and remembers where that stands. After `signal` is aborted,
 * nothing is applied any more.
 */
export class ConfigApplier {
  private applied: ConfigPosition | null = null;

  constructor(
    private readonly consumer: ConfigConsumer,
    private readonly signal: AbortSignal,
  ) {}

  get appliedPosition(): ConfigPosition | null {
    return this.applied;
  }

  /** Whether this position, or a later one of the same epoch, is applied. */
  hasApplied(position: ConfigPosition): boolean {
    return this.applied?.epoch === position.epoch && position.revision <= this.applied.revision;
  }

  async takeSnapshot(stored: StoredSnapshot): Promise<ReceivedOutcome> {
    if (this.hasApplied(stored)) return { kind: 'ignored' };
    const parsed = await parseSnapshot(stored);
    if (this.signal.aborted) return { kind: 'ignored' };
    const result: ApplyResult = parsed.ok
      ? await tryToApply(() => this.consumer.replace(parsed.value))
      : parsed;
    if (result.ok) return this.accept(stored);
    return { kind: 'refused', reason: `snapshot of revision ${stored.revision}: ${result.reason}` };
  }

  async takeChange(payload: string): Promise<ReceivedOutcome> {
    const parsed = await parseChange(payload);
    if (this.signal.aborted) return { kind: 'ignored' };
    if (!parsed.ok) return { kind: 'refused', reason: `change: ${parsed.reason}` };
    const change = parsed.value;
    if (this.hasApplied(change)) return { kind: 'ignored' };
    if (!this.isNext(change)) return { kind: 'gap' };
    const result = await tryToApply(() => this.consumer.apply(change));
    if (result.ok) return this.accept(change);
    return { kind: 'refused', reason: `change of revision ${change.revision}: ${result.reason}` };
  }

  private isNext(position: ConfigPosition): boolean {
    return this.applied?.epoch === position.epoch && position.revision === this.applied.revision + 1;
  }

  private accept({ epoch, revision }: ConfigPosition): ReceivedOutcome {
    this.applied = { epoch, revision };
    return { kind: 'applied' };
  }
}

// A consumer that throws has a bug; the gateway keeps what it serves and says so.
async function tryToApply(apply: () => ApplyResult | Promise<ApplyResult>): Promise<ApplyResult> {
  try {
    return await apply();
  } catch (bug) {
    return {
      ok: false,
      reason: `it could not be applied: ${bug instanceof Error ? bug.message : String(bug)}`,
    };
  }
}
