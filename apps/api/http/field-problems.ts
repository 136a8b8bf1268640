import type { FieldProblem } from '#libs/problem-details';

/** An issue of a Standard Schema, which zod implements. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

// Each problem repeats a path that the client chose, so their number is limited.
const maxFieldProblems = 100;

/** The problems of each field; an unknown field is reported under its own path. */
export function fieldProblems(issues: readonly SchemaIssue[]): FieldProblem[] {
  return issues.flatMap(problemsOfIssue).slice(0, maxFieldProblems);
}

function problemsOfIssue(issue: SchemaIssue): FieldProblem[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const unknown = unknownKeys(issue);
  if (unknown.length === 0) return [{ field: fieldName(path), message: nameMessage(issue) ?? issue.message }];
  return unknown.map((key) => ({ field: fieldName([...path, key]), message: 'there is no such field' }));
}

/** The message about an invalid key of a map, which zod nests in an issue about the map. */
function nameMessage(issue: SchemaIssue): string | null {
  if (!('code' in issue) || issue.code !== 'invalid_key') return null;
  if (!('issues' in issue) || !Array.isArray(issue.issues)) return null;
  const [first] = issue.issues as readonly SchemaIssue[];
  return first?.message ?? null;
}

function unknownKeys(issue: SchemaIssue): string[] {
  if (!('code' in issue) || issue.code !== 'unrecognized_keys') return [];
  if (!('keys' in issue) || !Array.isArray(issue.keys)) return [];
  return issue.keys.map(String);
}

export function fieldName(path: readonly string[]): string {
  return path.length === 0 ? 'body' : path.map((part) => part.slice(0, 100) || '""').join('.');
}
