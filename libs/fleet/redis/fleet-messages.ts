import { z } from 'zod';
import { describeProblem } from '../describe-problem.js';
import { agedReportsSchema } from '../left-usage.js';
import { upstreamLoadsSchema } from '../upstream-loads.js';

// ECMA-262, time values: later moments have no ISO form.
const latestDateMs = 8_640_000_000_000_000;

/**
 * A request in transit; the gateway validates its fields. Names in messages must not change, for fleets of
 * mixed versions.
 */
export const requestMessageSchema = z.strictObject({
  inquiryId: z.uuid(),
  askerId: z.uuid(),
  /** When the API stops waiting for the answer, by the clock of Redis. */
  expiresAtMs: z.int(),
  kind: z.string(),
  question: z.unknown(),
});

/** An answer in transit; the API validates its fields. */
export const answerMessageSchema = z.strictObject({
  inquiryId: z.uuid(),
  gatewayId: z.string(),
  answer: z.unknown(),
});

/**
 * Events of one gateway, in order; each is validated separately, so that an invalid
 * one does not drop the others.
 */
export const eventsMessageSchema = z.array(z.unknown());

/**
 * The stored presence of a gateway: the time of its last heartbeat, by the clock of Redis, and its status.
 */
export const presenceSchema = z.strictObject({
  seenAtMs: z.int().min(0).max(latestDateMs),
  status: z.unknown(),
});

/** The stored loads of a gateway, and when it wrote them, by the clock of Redis. */
export const storedLoadsSchema = z.strictObject({
  seenAtMs: z.int().min(0).max(latestDateMs),
  loads: upstreamLoadsSchema,
});

/** The reports that a gateway left, and when, by the clock of Redis. */
export const leftUsageSchema = z.strictObject({
  leftAtMs: z.int().min(0).max(latestDateMs),
  reports: agedReportsSchema,
});

export type RequestMessage = z.output<typeof requestMessageSchema>;
export type AnswerMessage = z.output<typeof answerMessageSchema>;
export type Presence = z.output<typeof presenceSchema>;

export type StoredLoads = z.output<typeof storedLoadsSchema>;

export type ReadMessage<Value> = { ok: true; value: Value } | { ok: false; problem: string };

/** Parses JSON and validates it against a schema. */
export function readMessage<Value>(schema: z.ZodType<Value>, text: string): ReadMessage<Value> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    return { ok: false, problem: 'this is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problem: describeProblem(parsed.error) };
}
