import { z } from 'zod';
import {
  connectionFilterSchema,
  connectionSchema,
  gatewayStatusSchema,
  idSchema,
  tenantTrafficSchema,
} from '#libs/contract';

const tapId = z.string().min(1).max(64);
const nothing = z.strictObject({});

/**
 * What the API may ask a gateway, and how a gateway answers: for each kind the schema of the question's own fields and
 * that of the answer.
 */
export const questions = {
  /** Live connections in the order of their ids, those after `after` (empty: from the first), at most `limit`. */
  listConnections: {
    question: z.strictObject({
      filter: connectionFilterSchema,
      after: z.string(),
      limit: z.int().min(1).max(1000),
    }),
    answer: z.strictObject({ connections: z.array(connectionSchema) }),
  },
  /**
   * Closes what the filter matches, unless `isDryRun`. Answers how many that are, before all of them are told, and with
   * those that were closing already.
   */
  closeConnections: {
    question: z.strictObject({
      filter: connectionFilterSchema,
      code: z.int().min(1000).max(4999),
      reason: z.string(),
      isDryRun: z.boolean(),
    }),
    answer: z.strictObject({ matched: z.int().min(0) }),
  },
  tenantUsage: {
    question: z.strictObject({ tenantId: idSchema('tenant') }),
    answer: z.strictObject({
      connections: z.int().min(0),
      fromClients: tenantTrafficSchema,
      fromUpstreams: tenantTrafficSchema,
    }),
  },
  /** The keys that opened connections, each with its last use. What is answered is forgotten, also when nobody hears it. */
  takeKeyUses: {
    question: nothing,
    answer: z.strictObject({
      uses: z.array(z.strictObject({ apiKeyId: idSchema('apiKey'), at: z.iso.datetime() })).max(1000),
    }),
  },
  /** Begins a tap, or renews the lease of one that runs; without renewal it ends by itself after `leaseMs`. */
  tapConnection: {
    question: z.strictObject({
      tapId,
      connectionId: idSchema('connection'),
      /** Bytes of each frame's payload to send along; 0: none. */
      payloadBytes: z.int().min(0).max(65_536),
      leaseMs: z.int().min(1),
    }),
    /** `isRefused`: it is there, but this gateway taps as many connections as it may. */
    answer: z.strictObject({ isFound: z.boolean(), isRefused: z.boolean() }),
  },
  endTap: { question: z.strictObject({ tapId }), answer: nothing },
  /** Refuses new connections from now on, and closes the live ones over `periodMs` (null: the gateway's own setting). */
  drain: {
    question: z.strictObject({ periodMs: z.int().min(0).nullable() }),
    answer: z.strictObject({ status: gatewayStatusSchema }),
  },
} as const;

export type QuestionKind = keyof typeof questions;
export type Question<Kind extends QuestionKind> = z.output<(typeof questions)[Kind]['question']>;
export type Answer<Kind extends QuestionKind> = z.output<(typeof questions)[Kind]['answer']>;
