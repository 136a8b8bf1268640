import { Injectable } from '@nestjs/common';
import { LessThan, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { Database } from '../database/database.js';
import {
  IdempotencyRecordEntity,
  type IdempotencyRecord,
} from '../database/entities/idempotency-record.entity.js';
import { ProblemError } from '../http/problem-error.js';
import type { IdempotentRequest } from '../http/request-context.js';

const keptForMs = 24 * 3600 * 1000;

const answerSchema = z.record(z.string(), z.unknown());

/**
 * Remembers for 24 hours what a POST with an `Idempotency-Key` was answered. The answer is written in the transaction
 * of the POST, so that after a crash either both are there or neither is. A POST that was refused changed nothing
 * and is not remembered: the client may correct it and send it again with the same key.
 */
@Injectable()
export class IdempotencyStore {
  private readonly running = new Set<string>();

  constructor(private readonly database: Database) {}

  /**
   * Begins a request: the answer to give again, or null when it is to be carried out, after which `end` must be
   * called. Throws `idempotency_conflict` while the same one runs, `idempotency_mismatch` for another request,
   * `key_shown_once` where the answer held a secret.
   */
  async begin(request: IdempotentRequest): Promise<Record<string, unknown> | null> {
    const name = nameOf(request);
    if (this.running.has(name)) throw new ProblemError('idempotency_conflict');
    this.running.add(name);
    try {
      const record = await findRecord(this.database.read, request);
      if (record === null) return null;
      const answer = answerAgain(record, request);
      this.running.delete(name);
      return answer;
    } catch (error) {
      this.running.delete(name);
      throw error;
    }
  }

  end(request: IdempotentRequest): void {
    this.running.delete(nameOf(request));
  }

  /**
   * Throws `idempotency_conflict` when the request was carried out since it began: by another process of the API, which
   * alone can. To be called first in the transaction of the POST; sent again, the request is given its answer.
   */
  async requireNotCarriedOut(manager: EntityManager, request: IdempotentRequest): Promise<void> {
    if ((await findRecord(manager, request)) !== null) throw new ProblemError('idempotency_conflict');
  }

  /** Writes the answer, in the transaction that made it; drops what is older than 24 hours. */
  async remember(manager: EntityManager, request: IdempotentRequest, answer: object): Promise<void> {
    await manager.delete(IdempotencyRecordEntity, { createdAt: LessThan(oldestKept()) });
    const createdAt = new Date().toISOString();
    await manager.insert(IdempotencyRecordEntity, { ...request, ...withheldAnswer(answer), createdAt });
  }

  /** Puts another answer in place of the one that is remembered. */
  async amend(manager: EntityManager, request: IdempotentRequest, answer: object): Promise<void> {
    const { scope, idempotencyKey } = request;
    await manager.update(IdempotencyRecordEntity, { scope, idempotencyKey }, withheldAnswer(answer));
  }

  /** Frees the key of a request that was not carried out after all. */
  async forget(manager: EntityManager, { scope, idempotencyKey }: IdempotentRequest): Promise<void> {
    await manager.delete(IdempotencyRecordEntity, { scope, idempotencyKey });
  }
}

const secretFields: readonly string[] = ['key', 'token', 'ticket'];

function withheldAnswer(answer: object): Pick<IdempotencyRecord, 'answer' | 'isSecretWithheld'> {
  const fields = Object.entries(answer);
  const shown = fields.filter(([name]) => !secretFields.includes(name));
  return {
    answer: JSON.stringify(Object.fromEntries(shown)),
    isSecretWithheld: shown.length < fields.length,
  };
}

async function findRecord(
  manager: EntityManager,
  { scope, idempotencyKey }: IdempotentRequest,
): Promise<IdempotencyRecord | null> {
  const record = await manager.findOneBy(IdempotencyRecordEntity, { scope, idempotencyKey });
  return record !== null && record.createdAt >= oldestKept() ? record : null;
}

function answerAgain(record: IdempotencyRecord, request: IdempotentRequest): Record<string, unknown> {
  if (record.fingerprint !== request.fingerprint) throw new ProblemError('idempotency_mismatch');
  const answer = answerSchema.parse(JSON.parse(record.answer));
  if (!record.isSecretWithheld) return answer;
  // A secret is never stored, so it cannot be shown again: that needs a new one.
  const made = typeof answer['id'] === 'string' ? ` and its answer was about ${answer['id']}` : '';
  throw new ProblemError('key_shown_once', {
    detail: `This request was carried out${made}. For another secret, rotate the key, or make another operator or ticket, with another Idempotency-Key.`,
  });
}

function nameOf({ scope, idempotencyKey }: IdempotentRequest): string {
  return `${scope} ${idempotencyKey}`;
}

function oldestKept(): string {
  return new Date(Date.now() - keptForMs).toISOString();
}
