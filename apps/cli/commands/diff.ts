import { defineCommand } from '../command.js';
import { printDryRun } from '../documents/replace-configuration.js';
import { scopeOptions, scopeQuery, type QueryParameter } from '../documents/scope-options.js';
import { exitCodes } from '../exit-codes.js';

export const diffCommand = defineCommand({
  name: 'diff',
  summary: 'Print how the configuration differs from a file',
  operands: { usage: 'FILE', min: 1, max: 1 },
  options: scopeOptions,
  details: 'Ends with 0 when there is no difference, with 1 when there is one. Changes nothing.',
  async run(scope, [file = ''], terminal) {
    const query: QueryParameter[] = [...scopeQuery(scope), ['deleteTenants', 'true']];
    return (await printDryRun(file, query, terminal)) ? exitCodes.negative : exitCodes.done;
  },
});
