import type { FieldProblem } from '#libs/problem-details';
import { clientMessageSchema, type ClientMessage } from '#libs/test-connections';
import { fieldProblems } from '../http/field-problems.js';
import { safeParse } from '../http/safe-parse.js';

/** Parses a text message of the client of a test connection. */
export function parseClientMessage(
  text: string,
): { ok: true; message: ClientMessage } | { ok: false; errors: FieldProblem[] } {
  const result = safeParse(clientMessageSchema, parsed(text));
  if (result.success) return { ok: true, message: result.data };
  return { ok: false, errors: fieldProblems(result.error.issues) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
