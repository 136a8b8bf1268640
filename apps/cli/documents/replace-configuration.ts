import type { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { ApiProblem, problemText } from '../api/api-problem.js';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import { differenceSchema, printDifference } from './difference.js';
import { readDocument } from './document-file.js';
import { placeOf } from './document-place.js';
import type { QueryParameter } from './scope-options.js';

/**
 * Sends the document of a file to the API, and prints the warnings of the API. A problem names lines of the
 * file.
 */
export async function replaceConfiguration(
  file: string,
  query: QueryParameter[],
  terminal: Terminal,
): Promise<z.output<typeof differenceSchema>> {
  const source = await readDocument(file);
  const api = await ApiClient.of(terminal.environment);
  const path = `/v1/config?${new URLSearchParams(query).toString()}`;
  try {
    const { body, headers } = await api.request('PUT', path, differenceSchema, source.document);
    for (const warning of warningsIn(headers)) terminal.report(`warning: ${warning}`);
    return body;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const problem = { ...error.problem, ...hintFor(error.problem.code) };
    const text = problemText(problem, { name: error.message, placeOf: (field) => placeOf(field, source) });
    throw new CommandError(text, { cause: error });
  }
}

/** Prints the changes that `apply` would make; returns whether there are any. */
export async function printDryRun(
  file: string,
  query: QueryParameter[],
  terminal: Terminal,
): Promise<boolean> {
  const difference = await replaceConfiguration(file, [...query, ['dryRun', 'true']], terminal);
  const words = { created: 'would be created', updated: 'would change', deleted: 'would be DELETED' };
  return printDifference(difference, words, terminal);
}

function hintFor(code: string | undefined): { detail?: string } {
  if (code !== 'deletes_tenants') return {};
  return { detail: 'to delete tenants, use: sluice apply FILE --delete-tenants' };
}

/** The warnings of the API, like `host_overlap;host="a.example";tenant="acme"`, as sentences. */
function warningsIn(headers: Headers): string[] {
  const values = headers.get('sluice-warning')?.split(', ') ?? [];
  return values.map((value) => {
    const [, host, tenant] = /^host_overlap;host="([^"]+)";tenant="([^"]+)"$/.exec(value) ?? [];
    if (host === undefined || tenant === undefined) return value;
    return `the host "${host}" overlaps with hosts of the tenant ${tenant}`;
  });
}
