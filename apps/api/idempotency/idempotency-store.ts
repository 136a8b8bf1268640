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

export interface StoredAnswer {
  body: Record<string, unknown>;
  /** The revision that the first request committed; null: none. */
  revision: number | null;
}

/**
 * Stores the answer to a POST with an `Idempotency-Key` for 24 hours. The answer is written in the
 * transaction of the POST, so that a crash leaves both or neither. A refused POST changed nothing and is not
 * stored: the client may correct it and send it again with the same key.
 */
@Injectable()
export class IdempotencyStore {
  readonly #running = new Set<string>();

  constructor(private readonly database: Database) {}

  /**
   * Begins a request. Returns the stored answer, or null when the caller must execute the request and then
   * call `end`. Throws `idempotency_conflict` while the same request runs, `idempotency_mismatch` for a
   * different request, `key_shown_once` when the answer had a secret.
   */
  async begin(request: IdempotentRequest): Promise<StoredAnswer | null> {
    const name = nameOf(request);
    if (this.#running.has(name)) throw new ProblemError('idempotency_conflict');
    this.#running.add(name);
    try {
      const record = await findRecord(this.database.read, request);
      if (record === null) return null;
      const answer = replayedAnswer(record, request);
      this.#running.delete(name);
      return answer;
    } catch (error) {
      this.#running.delete(name);
      throw error;
    }
  }

  end(request: IdempotentRequest): void {
    this.#running.delete(nameOf(request));
  }

  /**
   * Throws `idempotency_conflict` when another process of the API executed the request after this process
   * began it. Must be called first in the transaction of the POST. A retry of the request gets the stored
   * answer.
   */
  async requireNotExecuted(manager: EntityManager, request: IdempotentRequest): Promise<void> {
    if ((await findRecord(manager, request)) !== null) throw new ProblemError('idempotency_conflict');
  }

  /**
   * Stores the answer in the transaction of its request, with the revision that it takes, and deletes answers
   * older than 24 hours.
   */
  async remember(
    manager: EntityManager,
    request: IdempotentRequest,
    answer: object,
    revision: number | null = null,
  ): Promise<void> {
    await manager.delete(IdempotencyRecordEntity, { createdAt: LessThan(oldestKept()) });
    const createdAt = new Date().toISOString();
    const stored = { ...withheldAnswer(answer), revision, createdAt };
    await manager.insert(IdempotencyRecordEntity, { ...request, ...stored });
  }

  /** Replaces a stored answer. */
  async amend(manager: EntityManager, request: IdempotentRequest, answer: object): Promise<void> {
    const { scope, idempotencyKey } = request;
    await manager.update(IdempotencyRecordEntity, { scope, idempotencyKey }, withheldAnswer(answer));
  }

  /** Deletes the stored answer of a request whose action failed, so that the key can be used again. */
  async forget(manager: EntityManager, { scope, idempotencyKey }: IdempotentRequest): Promise<void> {
    await manager.delete(IdempotencyRecordEntity, { scope, idempotencyKey });
  }
}

const secretFields: readonly string[] = ['key', 'token', 'ticket', 'secret'];

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

function replayedAnswer(record: IdempotencyRecord, request: IdempotentRequest): StoredAnswer {
  if (record.fingerprint !== request.fingerprint) throw new ProblemError('idempotency_mismatch');
  const answer = answerSchema.parse(JSON.parse(record.answer));
  if (!record.isSecretWithheld) return { body: answer, revision: record.revision };
  // Secrets are not stored, so the client needs a new secret.
  const created = typeof answer['id'] === 'string' ? ` and created ${answer['id']}` : '';
  throw new ProblemError('key_shown_once', {
    detail: `This request was carried out${created}. For a new secret, rotate the key, or create another operator or ticket, with another Idempotency-Key.`,
  });
}

function nameOf({ scope, idempotencyKey }: IdempotentRequest): string {
  return `${scope} ${idempotencyKey}`;
}

function oldestKept(): string {
  return new Date(Date.now() - keptForMs).toISOString();
}
