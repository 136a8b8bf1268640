import { z } from 'zod';
import { errorMessage } from '#libs/async';
import type { Logger } from '#libs/redis';
import { describeProblem } from './describe-problem.js';
import type { FleetMember } from './ports.js';
import { requestSchemas, type Answer, type RequestKind } from './requests.js';

export interface ReceivedRequest {
  kind: string;
  /** The fields of the request, not yet validated. */
  fields: unknown;
  /** Whether the API no longer waits for the answer. */
  isExpired: () => Promise<boolean>;
  /** Sends the answer to the API. */
  deliver: (answer: Answer<RequestKind>) => void | Promise<void>;
}

// 32 answers with 1,000 connections each have some 20 MB. Relaying takes precedence, so further requests are
// dropped.
const defaultMaxConcurrent = 32;

/**
 * Answers requests for a gateway. Invalid, expired and too many concurrent requests are dropped and logged.
 */
export class Responder {
  #running = 0;
  #isFlooded = false;

  constructor(
    private readonly member: FleetMember,
    private readonly logger: Logger,
    private readonly maxConcurrent = defaultMaxConcurrent,
  ) {}

  /** Never rejects; resolves when the answer has been sent, or the request dropped. */
  async respond(received: ReceivedRequest): Promise<void> {
    if (!this.#hasCapacity()) return;
    this.#running += 1;
    try {
      await this.#answer(received);
    } catch (error) {
      const reason = errorMessage(error);
      this.logger.error({ kind: received.kind, reason }, 'a fleet request could not be answered');
    } finally {
      this.#running -= 1;
    }
  }

  async #answer({ kind, fields, isExpired, deliver }: ReceivedRequest): Promise<void> {
    if (!isRequestKind(kind)) {
      this.logger.warn({ kind: kind.slice(0, 64) }, 'a fleet request of an unknown kind was dropped');
      return;
    }
    const parsed = z.safeParse(requestSchemas[kind].request, fields);
    if (!parsed.success) {
      const problem = describeProblem(parsed.error);
      this.logger.warn({ kind, problem }, 'an invalid fleet request was dropped');
      return;
    }
    if (await isExpired()) {
      this.logger.warn({ kind }, 'an expired fleet request was dropped');
      return;
    }
    await deliver(await this.member.answer(kind, parsed.data));
  }

  // Logs one line for each flood, since a line for each request would be a flood too.
  #hasCapacity(): boolean {
    const hasCapacity = this.#running < this.maxConcurrent;
    if (!hasCapacity && !this.#isFlooded) {
      this.logger.warn(
        { maxAtOnce: this.maxConcurrent },
        'too many fleet requests at once; some are dropped',
      );
    }
    this.#isFlooded = !hasCapacity;
    return hasCapacity;
  }
}

function isRequestKind(kind: string): kind is RequestKind {
  return Object.hasOwn(requestSchemas, kind);
}
