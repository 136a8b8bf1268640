import type { z } from 'zod';
import { describeProblem } from './describe-problem.js';
import type { Answers } from './ports.js';
import { requestSchemas, type Answer, type RequestKind } from './requests.js';

// The same object, with a type that maps each kind to the answer of its schema.
const schemas: { [Kind in RequestKind]: { answer: z.ZodType<Answer<Kind>> } } = requestSchemas;

/** The default time that a request waits for its answers. */
export const defaultRequestTimeoutMs = 1000;

/** The outcome of a received answer; `problem` explains why it is invalid. */
export type TakenAnswer = { kind: 'taken' } | { kind: 'unexpected' } | { kind: 'invalid'; problem: string };

/**
 * A request and the gateways that have not answered it yet. `outcome` resolves when all have answered, or
 * after `timeoutMs` with the answers until then; it rejects with the error given to `fail`.
 */
export class PendingRequest<Kind extends RequestKind> {
  readonly outcome: Promise<Answers<Kind>>;
  readonly #waiting: Set<string>;
  readonly #answers = new Map<string, Answer<Kind>>();
  readonly #timer: NodeJS.Timeout;
  #resolve: (answers: Answers<Kind>) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(
    readonly kind: Kind,
    readonly gatewayIds: readonly string[],
    timeoutMs: number,
  ) {
    this.#waiting = new Set(gatewayIds);
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // The outcome may reject before a caller awaits it.
    this.outcome.catch(() => undefined);
    this.#timer = setTimeout(() => this.#conclude(), timeoutMs);
    this.#concludeIfDone();
  }

  /** Accepts the first answer of each gateway; an invalid answer counts as none. */
  take(gatewayId: string, candidate: unknown): TakenAnswer {
    if (!this.#waiting.has(gatewayId)) return { kind: 'unexpected' };
    const parsed = schemas[this.kind].answer.safeParse(candidate);
    if (parsed.success) this.#answers.set(gatewayId, parsed.data);
    this.giveUpOn(gatewayId);
    return parsed.success ? { kind: 'taken' } : { kind: 'invalid', problem: describeProblem(parsed.error) };
  }

  /** Stops waiting for a gateway that cannot answer. */
  giveUpOn(gatewayId: string): void {
    this.#waiting.delete(gatewayId);
    this.#concludeIfDone();
  }

  fail(error: Error): void {
    this.cancel();
    this.#reject(error);
  }

  /** Accepts no further answers; `outcome` stays pending. Safe to call twice. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #concludeIfDone(): void {
    if (this.#waiting.size === 0) this.#conclude();
  }

  #conclude(): void {
    this.cancel();
    const unresponsive = this.gatewayIds.filter((gatewayId) => !this.#answers.has(gatewayId)).sort();
    const answers = [...this.#answers].map(([gatewayId, answer]) => ({ gatewayId, answer }));
    answers.sort((one, other) => (one.gatewayId < other.gatewayId ? -1 : 1));
    this.#resolve({ answers, unresponsive });
  }
}
