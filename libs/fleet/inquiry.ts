import type { z } from 'zod';
import { describeProblem } from './describe-problem.js';
import type { Answers } from './ports.js';
import { questions, type Answer, type QuestionKind } from './questions.js';

// The same object; said this way, the compiler sees that a kind's schema gives that kind's answer.
const schemas: { [Kind in QuestionKind]: { answer: z.ZodType<Answer<Kind>> } } = questions;

/** How long a question waits for its answers unless told. */
export const defaultTimeoutMs = 1000;

/** What became of something that came as an answer; `invalid` says what is wrong with it. */
export type TakenAnswer = { kind: 'taken' } | { kind: 'notWaitedFor' } | { kind: 'invalid'; problem: string };

/**
 * One question and the gateways that have not answered it yet. `outcome` resolves when none is left, or after
 * `timeoutMs` with what there is; it rejects with what `fail` was given.
 */
export class Inquiry<Kind extends QuestionKind> {
  readonly outcome: Promise<Answers<Kind>>;
  private readonly waitedFor: Set<string>;
  private readonly answers = new Map<string, Answer<Kind>>();
  private readonly timer: NodeJS.Timeout;
  private resolve: (answers: Answers<Kind>) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(
    readonly kind: Kind,
    readonly gatewayIds: readonly string[],
    timeoutMs: number,
  ) {
    this.waitedFor = new Set(gatewayIds);
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever asked may be busy with something else when it fails.
    this.outcome.catch(() => undefined);
    this.timer = setTimeout(() => this.conclude(), timeoutMs);
    this.concludeIfDone();
  }

  /** Takes the first answer of each gateway that was asked, in time; one that is not valid counts as none. */
  take(gatewayId: string, candidate: unknown): TakenAnswer {
    if (!this.waitedFor.has(gatewayId)) return { kind: 'notWaitedFor' };
    const parsed = schemas[this.kind].answer.safeParse(candidate);
    if (parsed.success) this.answers.set(gatewayId, parsed.data);
    this.giveUpOn(gatewayId);
    return parsed.success ? { kind: 'taken' } : { kind: 'invalid', problem: describeProblem(parsed.error) };
  }

  /** Waits no longer for a gateway that cannot answer. */
  giveUpOn(gatewayId: string): void {
    this.waitedFor.delete(gatewayId);
    this.concludeIfDone();
  }

  fail(error: Error): void {
    this.cancel();
    this.reject(error);
  }

  /** Takes nothing more; `outcome` stays as it is. Safe to call twice. */
  cancel(): void {
    clearTimeout(this.timer);
    this.waitedFor.clear();
  }

  private concludeIfDone(): void {
    if (this.waitedFor.size === 0) this.conclude();
  }

  private conclude(): void {
    this.cancel();
    const silent = this.gatewayIds.filter((gatewayId) => !this.answers.has(gatewayId)).sort();
    const answers = [...this.answers].map(([gatewayId, answer]) => ({ gatewayId, answer }));
    answers.sort((one, other) => (one.gatewayId < other.gatewayId ? -1 : 1));
    this.resolve({ answers, silent });
  }
}
