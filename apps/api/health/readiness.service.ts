import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Outbox } from '../publishing/outbox.js';
import { Publisher } from '../publishing/publisher.js';

export const livenessSchema = z
  .strictObject({ status: z.literal('ok').meta({ description: 'The process answers' }) })
  .meta({ id: 'Liveness' });

export const readinessSchema = z
  .strictObject({
    status: z.literal('ready').meta({ description: 'The API can do its work' }),
    database: z.literal('writable').meta({ description: 'The database is migrated and takes writes' }),
    publisher: z
      .strictObject({
        state: z.enum(['inStep', 'behind']).meta({
          description:
            'behind: gateways do not have every committed change yet; writes are accepted all the same',
        }),
        committedRevision: z.int().meta({ description: 'The newest revision of the database' }),
        publishedRevision: z
          .int()
          .nullable()
          .meta({ description: 'The newest revision that gateways can read; null: none yet' }),
      })
      .meta({ description: 'Whether what is committed is published' }),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.output<typeof readinessSchema>;

// The check writes and syncs, and needs no credential: more often than this it is not done.
const checkEveryMs = 1000;

/** Says whether the API can do its work. */
@Injectable()
export class ReadinessService {
  private checkedAtMs = Number.NEGATIVE_INFINITY;
  private check: Promise<void> = Promise.resolve();

  constructor(
    private readonly outbox: Outbox,
    private readonly publisher: Publisher,
  ) {}

  /** Rejects with the error of the database when it cannot be written. */
  async read(): Promise<Readiness> {
    await this.verifyWritable();
    const { revision: committedRevision } = await this.outbox.position();
    const { publishedRevision } = this.publisher.state;
    const state = publishedRevision === committedRevision ? 'inStep' : 'behind';
    const publisher = { state, committedRevision, publishedRevision } as const;
    return { status: 'ready', database: 'writable', publisher };
  }

  private verifyWritable(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.checkedAtMs >= checkEveryMs) {
      this.checkedAtMs = nowMs;
      this.check = this.outbox.verifyWritable();
    }
    return this.check;
  }
}
