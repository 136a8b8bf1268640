import { fieldRules, type FieldCode } from '#libs/contract';
import type { FieldProblem } from '#libs/problem-details';
import { ruleOfIssue } from './rule-of-issue.js';

/** A problem with a code of the contract. */
type CodedProblem = FieldProblem & { code: FieldCode };

/** An issue of a Standard Schema, which zod implements. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

// Each problem repeats a path that the client chose, so their number is limited.
const maxFieldProblems = 100;

/** The problems of each field; an unknown field is reported under its own path. */
export function fieldProblems(issues: readonly SchemaIssue[]): CodedProblem[] {
  return issues.flatMap(problemsOfIssue).slice(0, maxFieldProblems);
}

function problemsOfIssue(issue: SchemaIssue): CodedProblem[] {
  const path = (issue.path ?? []).map((segment) =>
    String(typeof segment === 'object' ? segment.key : segment),
  );
  const unknown = unknownKeys(issue);
  if (unknown.length === 0) {
    const own = nameIssue(issue) ?? issue;
    return [{ field: fieldName(path), ...ruleOfIssue(own), message: own.message }];
  }
  return unknown.map((key) => ({
    field: fieldName([...path, key]),
    code: 'unknown_field',
    message: fieldRules.unknown_field,
  }));
}

/** The issue of an invalid key of a map, which zod nests in an issue about the map. */
function nameIssue(issue: SchemaIssue): SchemaIssue | null {
  if (!('code' in issue) || issue.code !== 'invalid_key') return null;
  if (!('issues' in issue) || !Array.isArray(issue.issues)) return null;
  const [first] = issue.issues as readonly SchemaIssue[];
  return first ?? null;
}

function unknownKeys(issue: SchemaIssue): string[] {
  if (!('code' in issue) || issue.code !== 'unrecognized_keys') return [];
  if (!('keys' in issue) || !Array.isArray(issue.keys)) return [];
  return issue.keys.map(String);
}

export function fieldName(path: readonly string[]): string {
  return path.length === 0 ? 'body' : path.map((part) => part.slice(0, 100) || '""').join('.');
}
