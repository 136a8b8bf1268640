import { z } from 'zod';
import { CommandError } from '../command-error.js';

/** A problem document (RFC 9457) of the API; every field may be missing. */
export const problemSchema = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

type Problem = z.output<typeof problemSchema>;

/** The API refused a call. */
export class ApiProblem extends CommandError {
  constructor(
    status: number,
    readonly problem: Problem,
  ) {
    super(problemText(problem, { name: String(status) }));
  }
}

interface ProblemNames {
  /** The text to print instead of a missing code. */
  name?: string;
  /** Names the place of a field of the body for the reader. */
  placeOf?: (field: string) => string;
}

/** The problem on one line, and below it one line for each wrong field. */
export function problemText(
  { code, title = '', detail, errors = [] }: Problem,
  { name = 'refused', placeOf = (field) => field }: ProblemNames = {},
): string {
  const hint = code === 'unauthorized' ? `${title}: the API does not accept the token` : (detail ?? title);
  const lines = errors.map(({ field, message }) => `${placeOf(field)}: ${message}`);
  return [`${code ?? name}: ${hint}`, ...lines].join('\n');
}
