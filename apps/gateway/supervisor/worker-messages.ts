import { z } from 'zod';
import { idSchema } from '#libs/contract';
import { limiterAnswerSchema, limiterRequestSchema } from '#libs/limits';

/** Incremented when the messages below change, since a newer worker may run under an older supervisor. */
export const protocolVersion = 1;

const positionSchema = z.object({ epoch: z.string(), revision: z.int() });

/** The status of a worker, sent once a second and at each change of its state. */
export const workerReportSchema = z.object({
  state: z.enum(['starting', 'ready', 'refusing', 'draining']),
  connections: z.int(),
  appliedPosition: positionSchema.nullable(),
});

/** A metric in the form of prom-client's `Registry.getMetricsAsJSON`. */
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

/** Messages of a worker to its supervisor. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocolVersion: z.int() }),
  z.object({
    type: z.literal('started'),
    gatewayId: idSchema('gateway'),
    urls: z.array(z.string()),
    /** Older versions do not send it; they relay in TypeScript. */
    engine: z.enum(['native', 'typescript']).default('typescript'),
  }),
  /** The worker cannot start; `line` is for the operator. */
  z.object({ type: z.literal('failed'), line: z.string() }),
  z.object({ type: z.literal('report'), report: workerReportSchema }),
  /** An operator drains this worker. */
  z.object({ type: z.literal('drainAsked'), periodMs: z.number() }),
  /** An operator has cancelled the drain of this worker. */
  z.object({ type: z.literal('undrainAsked') }),
  z.object({ type: z.literal('limiter'), question: limiterRequestSchema }),
  z.object({ type: z.literal('metrics'), metrics: z.array(metricSchema) }),
]);

/** A descriptor of the worker, bound to this address. */
const boundListenerSchema = z.object({ descriptor: z.int(), host: z.string(), port: z.int() });

/** Messages of a supervisor to a worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    number: z.int(),
    supervisorId: idSchema('supervisor'),
    /** The admin listener, which no route may dial. */
    adminUrl: z.string(),
    /** The time to wait for a configuration before listening without one; null: no limit. */
    listenWithinMs: z.number().nullable(),
    /**
     * The inherited listeners, in the order of the addresses; null: listen through `node:cluster`. Older
     * supervisors do not send it.
     */
    inherited: z.array(boundListenerSchema).nullable().default(null),
  }),
  z.object({ type: z.literal('limiter'), answer: limiterAnswerSchema }),
  z.object({ type: z.literal('metrics') }),
  /** Whether this worker writes the snapshot file. */
  z.object({ type: z.literal('keepSnapshot'), isKept: z.boolean() }),
  /** Drain, and answer 503 from then on. */
  z.object({ type: z.literal('drain'), periodMs: z.number() }),
  /** Serve again. */
  z.object({ type: z.literal('undrain') }),
  /** The worker was replaced: stop listening, drain, exit. */
  z.object({ type: z.literal('retire') }),
  /** Drain, exit. */
  z.object({ type: z.literal('stop') }),
]);

export type FromWorker = z.output<typeof fromWorkerSchema>;
export type ToWorker = z.output<typeof toWorkerSchema>;
export type WorkerReport = z.output<typeof workerReportSchema>;
export type WorkerMetric = z.output<typeof metricSchema>;
