import { defineEntity } from './define-entity.js';
import { wholeNumber } from './whole-number.js';

/** The answer to a POST with an `Idempotency-Key`, written in the transaction of the POST itself. */
export interface IdempotencyRecord {
  /** The sender of the request: two senders may use the same key without a conflict. */
  scope: string;
  idempotencyKey: string;
  /** SHA-256 of method, path and body. */
  fingerprint: string;
  /** The body of the answer, as JSON. */
  answer: string;
  /** Whether `answer` lacks a secret, so that it cannot be replayed. */
  isSecretWithheld: boolean;
  /** The revision that the POST committed; null: none. */
  revision: number | null;
  createdAt: string;
}

export const IdempotencyRecordEntity = defineEntity<IdempotencyRecord>({
  name: 'IdempotencyRecord',
  tableName: 'idempotency_keys',
  columns: {
    scope: { type: 'varchar', primary: true },
    idempotencyKey: { type: 'varchar', primary: true },
    fingerprint: { type: 'varchar' },
    answer: { type: 'text' },
    isSecretWithheld: { type: 'boolean' },
    revision: { type: 'bigint', nullable: true, transformer: wholeNumber },
    createdAt: { type: 'varchar' },
  },
});
