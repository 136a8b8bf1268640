import { z } from 'zod';
import { idSchema } from '#libs/contract';
import { limiterAnswerSchema, limiterRequestSchema } from '#libs/limits';

/** Raised when what is below changes: a worker of another version of the code may meet an older supervisor. */
export const protocolVersion = 1;

const positionSchema = z.object({ epoch: z.string(), revision: z.int() });

/** How a worker is, once a second and whenever its state changes. */
export const workerReportSchema = z.object({
  state: z.enum(['starting', 'ready', 'refusing', 'draining']),
  connections: z.int(),
  appliedPosition: positionSchema.nullable(),
});

/** A metric as `Registry.getMetricsAsJSON` of prom-client has it. */
export const metricSchema = z.looseObject({
  name: z.string(),
  help: z.string(),
  type: z.string(),
  aggregator: z.enum(['omit', 'sum', 'first', 'min', 'max', 'average']),
  values: z.array(
    z.looseObject({
      value: z.number().nullable(),
      labels: z.record(z.string(), z.union([z.string(), z.number()])),
      metricName: z.string().optional(),
    }),
  ),
});

/** What a worker says to its supervisor. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocolVersion: z.int() }),
  z.object({
    type: z.literal('started'),
    gatewayId: idSchema('gateway'),
    urls: z.array(z.string()),
    /** Workers of versions that do not send it relay in TypeScript. */
    engine: z.enum(['native', 'typescript']).default('typescript'),
  }),
  /** It cannot start; `line` is for the operator. */
  z.object({ type: z.literal('failed'), line: z.string() }),
  z.object({ type: z.literal('report'), report: workerReportSchema }),
  /** An operator has it drained. */
  z.object({ type: z.literal('drainAsked'), periodMs: z.number() }),
  z.object({ type: z.literal('limiter'), question: limiterRequestSchema }),
  z.object({ type: z.literal('metrics'), metrics: z.array(metricSchema) }),
]);

/** A descriptor of the worker that is bound to this address. */
const boundListenerSchema = z.object({ descriptor: z.int(), host: z.string(), port: z.int() });

/** What a supervisor says to a worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    number: z.int(),
    supervisorId: idSchema('supervisor'),
    /** The admin listener, which no route may dial. */
    adminUrl: z.string(),
    /** How long to wait for a configuration before listening without one; null: however long it takes. */
    listenWithinMs: z.number().nullable(),
    /** Its listeners, in the order of its addresses; null, as supervisors of versions that do not send it: it listens through `node:cluster`. */
    inherited: z.array(boundListenerSchema).nullable().default(null),
  }),
  z.object({ type: z.literal('limiter'), answer: limiterAnswerSchema }),
  z.object({ type: z.literal('metrics') }),
  /** Whether it is this one that writes the snapshot file. */
  z.object({ type: z.literal('keepSnapshot'), isKept: z.boolean() }),
  /** Drain, and answer 503 from then on. */
  z.object({ type: z.literal('drain'), periodMs: z.number() }),
  /** Another one has its place: listen no more, drain, exit. */
  z.object({ type: z.literal('retire') }),
  /** Drain, exit. */
  z.object({ type: z.literal('stop') }),
]);

export type FromWorker = z.output<typeof fromWorkerSchema>;
export type ToWorker = z.output<typeof toWorkerSchema>;
export type WorkerReport = z.output<typeof workerReportSchema>;
export type WorkerMetric = z.output<typeof metricSchema>;
