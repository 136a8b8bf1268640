import { storedEntity } from './stored-entity.js';

/** The answer to a POST that carried an `Idempotency-Key`; written in the transaction of the POST itself. */
export interface IdempotencyRecord {
  /** Who sent the request: two callers may use the same key without meeting. */
  scope: string;
  idempotencyKey: string;
  /** SHA-256 of method, path and body. */
  fingerprint: string;
  /** The body of the answer, as JSON. */
  answer: string;
  /** Whether a secret was left out of `answer`, so that it cannot be given a second time. */
  isSecretWithheld: boolean;
  createdAt: string;
}

export const IdempotencyRecordEntity = storedEntity<IdempotencyRecord>({
  name: 'IdempotencyRecord',
  tableName: 'idempotency_keys',
  columns: {
    scope: { type: 'varchar', primary: true },
    idempotencyKey: { type: 'varchar', primary: true },
    fingerprint: { type: 'varchar' },
    answer: { type: 'text' },
    isSecretWithheld: { type: 'boolean' },
    createdAt: { type: 'varchar' },
  },
});
