import type { z } from 'zod';

/** Where a message is wrong and how, for a log line; never what it holds. */
export function describeProblem(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it is not valid';
  return `${issue.path.join('.')}: ${issue.message}`.slice(0, 300);
}
