import type { z } from 'zod';

/** Describes where and how a message is invalid, for a log line, without its content. */
export function describeProblem(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it is not valid';
  return `${issue.path.join('.')}: ${issue.message}`.slice(0, 300);
}
