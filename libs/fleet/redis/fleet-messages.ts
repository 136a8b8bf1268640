import { z } from 'zod';
import { describeProblem } from '../describe-problem.js';

// ECMA-262, time values: later moments have no ISO form.
const latestDateMs = 8_640_000_000_000_000;

/** A question on its way; its own fields are validated by who answers it. */
export const questionMessageSchema = z.strictObject({
  inquiryId: z.uuid(),
  askerId: z.uuid(),
  /** When nobody waits for the answer any more, by the clock of Redis. */
  expiresAtMs: z.int(),
  kind: z.string(),
  question: z.unknown(),
});

/** An answer on its way; its own fields are validated by who asked. */
export const answerMessageSchema = z.strictObject({
  inquiryId: z.uuid(),
  gatewayId: z.string(),
  answer: z.unknown(),
});

/** Events of one gateway, in their order; each is validated by itself, so that one that is wrong takes no other along. */
export const eventsMessageSchema = z.array(z.unknown());

/** What is stored of a gateway: when it was last seen, by the clock of Redis, and its status. */
export const presenceSchema = z.strictObject({
  seenAtMs: z.int().min(0).max(latestDateMs),
  status: z.unknown(),
});

export type QuestionMessage = z.output<typeof questionMessageSchema>;
export type AnswerMessage = z.output<typeof answerMessageSchema>;
export type Presence = z.output<typeof presenceSchema>;

export type ReadMessage<Value> = { ok: true; value: Value } | { ok: false; problem: string };

/** Reads JSON that has to follow a schema. */
export function readMessage<Value>(schema: z.ZodType<Value>, text: string): ReadMessage<Value> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold what is no business of a log.
    return { ok: false, problem: 'this is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problem: describeProblem(parsed.error) };
}
