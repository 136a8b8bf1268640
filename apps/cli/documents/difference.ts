import { z } from 'zod';
import type { Terminal } from '../terminal.js';

const resourceSchema = z.object({ kind: z.string(), tenant: z.string().optional(), name: z.string() });
const changeSchema = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });

/** The answer of the API to a document: the changes that it made, or would make. */
export const differenceSchema = z.object({
  created: z.array(resourceSchema),
  updated: z.array(resourceSchema.extend({ changes: z.array(changeSchema) })),
  deleted: z.array(resourceSchema),
  revision: z.unknown(),
});

type Resource = z.output<typeof resourceSchema>;
type Difference = z.output<typeof differenceSchema>;

/** The words for the three ways in which a resource differs. */
export interface DifferenceWords {
  created: string;
  updated: string;
  deleted: string;
}

/** Prints one line for each differing resource and field; returns whether there is any. */
export function printDifference(
  { created, updated, deleted }: Difference,
  words: DifferenceWords,
  terminal: Terminal,
): boolean {
  for (const resource of deleted) terminal.print(`- ${nameOf(resource)}: ${words.deleted}`);
  for (const resource of created) terminal.print(`+ ${nameOf(resource)}: ${words.created}`);
  for (const resource of updated) {
    terminal.print(`~ ${nameOf(resource)}: ${words.updated}`);
    for (const { field, before, after } of resource.changes) {
      terminal.print(`    ${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
    }
  }
  const isDifferent = created.length + updated.length + deleted.length > 0;
  if (!isDifferent) terminal.print('no difference');
  return isDifferent;
}

function nameOf({ kind, tenant, name }: Resource): string {
  if (kind === 'tenant') return `tenant ${name}`;
  return `${kind === 'route' ? 'route' : 'API key'} ${name} of ${tenant ?? ''}`;
}
