import type { FieldProblem } from '#libs/problem-details';

/** What a Standard Schema (zod is one) says of a value that it does not accept. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

// More than these would only repeat themselves, and each one repeats a path that the client chose.
const mostFieldProblems = 100;

/** What is wrong with which field; an unknown field is named by its own path. */
export function fieldProblems(issues: readonly SchemaIssue[]): FieldProblem[] {
  return issues.flatMap(problemsOfIssue).slice(0, mostFieldProblems);
}

function problemsOfIssue(issue: SchemaIssue): FieldProblem[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const unknown = unknownKeys(issue);
  if (unknown.length === 0) return [{ field: fieldName(path), message: nameMessage(issue) ?? issue.message }];
  return unknown.map((key) => ({ field: fieldName([...path, key]), message: 'there is no such field' }));
}

/** What is wrong with the name of an entry of a map; zod keeps it inside of an issue about the map. */
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
