import { z } from 'zod';
import { errorMessage } from '#libs/async';
import type { Logger } from '#libs/redis';
import { describeProblem } from './describe-problem.js';
import type { FleetMember } from './ports.js';
import { questions, type Answer, type QuestionKind } from './questions.js';

export interface ReceivedQuestion {
  kind: string;
  /** Its own fields, not yet validated. */
  question: unknown;
  /** Whether nobody waits for the answer any more. */
  isExpired: () => Promise<boolean>;
  /** Brings the answer to who asked. */
  deliver: (answer: Answer<QuestionKind>) => void | Promise<void>;
}

// 32 answers of 1,000 connections are some 20 MB; a gateway is there to relay, so the rest goes unanswered.
const usualMaxAtOnce = 32;

/** Answers for a gateway: what is not valid, too late, or too much at once is left unanswered, and logged. */
export class Respondent {
  private underWay = 0;
  private isFlooded = false;

  constructor(
    private readonly member: FleetMember,
    private readonly logger: Logger,
    private readonly maxAtOnce = usualMaxAtOnce,
  ) {}

  /** Never rejects; resolves when the answer was delivered, or when there is none. */
  async respond(received: ReceivedQuestion): Promise<void> {
    if (!this.hasCapacity()) return;
    this.underWay += 1;
    try {
      await this.answer(received);
    } catch (error) {
      const reason = errorMessage(error);
      this.logger.error({ kind: received.kind, reason }, 'a question of the fleet could not be answered');
    } finally {
      this.underWay -= 1;
    }
  }

  private async answer({ kind, question, isExpired, deliver }: ReceivedQuestion): Promise<void> {
    if (!isQuestionKind(kind)) {
      this.logger.warn({ kind: kind.slice(0, 64) }, 'a question of an unknown kind was dropped');
      return;
    }
    const parsed = z.safeParse(questions[kind].question, question);
    if (!parsed.success) {
      const problem = describeProblem(parsed.error);
      this.logger.warn({ kind, problem }, 'a question that is not valid was dropped');
      return;
    }
    if (await isExpired()) {
      this.logger.warn({ kind }, 'a question that came too late was dropped');
      return;
    }
    await deliver(await this.member.answer(kind, parsed.data));
  }

  // One line for each flood, since a line for each question would be a flood of its own.
  private hasCapacity(): boolean {
    const hasCapacity = this.underWay < this.maxAtOnce;
    if (!hasCapacity && !this.isFlooded) {
      this.logger.warn({ maxAtOnce: this.maxAtOnce }, 'too many questions at once; some go unanswered');
    }
    this.isFlooded = !hasCapacity;
    return hasCapacity;
  }
}

function isQuestionKind(kind: string): kind is QuestionKind {
  return Object.hasOwn(questions, kind);
}
