import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Outbox } from '../publishing/outbox.js';
import { Publisher } from '../publishing/publisher.js';

export const livenessSchema = z
  .strictObject({ status: z.literal('ok').meta({ description: 'The process answers' }) })
  .meta({ id: 'Liveness' });

export const readinessSchema = z
  .strictObject({
    status: z.literal('ready').meta({ description: 'The API can serve requests' }),
    database: z.literal('writable').meta({ description: 'The database is migrated and writable' }),
    publisher: z
      .strictObject({
        state: z.enum(['inStep', 'behind']).meta({
          description: 'behind: some committed changes are not published yet; writes are still accepted',
        }),
        committedRevision: z.int().meta({ description: 'The newest revision in the database' }),
        publishedRevision: z
          .int()
          .nullable()
          .meta({ description: 'Newest revision that gateways can read; null means none yet' }),
      })
      .meta({ description: 'Whether all committed changes are published' }),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.output<typeof readinessSchema>;

// The check writes to disk and needs no credential, so its rate is limited.
const checkEveryMs = 1000;

/** Checks whether the API can serve requests. */
@Injectable()
export class ReadinessService {
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #check: Promise<void> = Promise.resolve();

  constructor(
    private readonly outbox: Outbox,
    private readonly publisher: Publisher,
  ) {}

  /** Rejects with the error of the database if it is not writable. */
  async read(): Promise<Readiness> {
    await this.#verifyWritable();
    const { revision: committedRevision } = await this.outbox.position();
    const { publishedRevision } = this.publisher.state;
    const state = publishedRevision === committedRevision ? 'inStep' : 'behind';
    const publisher = { state, committedRevision, publishedRevision } as const;
    return { status: 'ready', database: 'writable', publisher };
  }

  #verifyWritable(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#checkedAtMs >= checkEveryMs) {
      this.#checkedAtMs = nowMs;
      this.#check = this.outbox.verifyWritable();
    }
    return this.#check;
  }
}
