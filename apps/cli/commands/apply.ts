import { defineCommand } from '../command.js';
import { printDifference } from '../documents/difference.js';
import { printDryRun, replaceConfiguration } from '../documents/replace-configuration.js';
import { scopeOptions, scopeQuery, type QueryParameter } from '../documents/scope-options.js';
import { exitCodes } from '../exit-codes.js';

export const applyCommand = defineCommand({
  name: 'apply',
  summary: 'Apply a configuration file',
  operands: { usage: 'FILE', min: 1, max: 1 },
  options: {
    ...scopeOptions,
    'dry-run': { type: 'boolean', description: 'print the changes without making them' },
    'delete-tenants': { type: 'boolean', description: 'delete tenants that are not in the file' },
  },
  details: `Routes and keys that are not in FILE are deleted. A FILE that lacks a tenant is refused without
--delete-tenants, also in a dry run. With --tenant or --label nothing else is changed or deleted.`,
  async run(
    { 'dry-run': isDryRun = false, 'delete-tenants': deleteTenants = false, ...scope },
    [file = ''],
    terminal,
  ) {
    const query: QueryParameter[] = [...scopeQuery(scope), ['deleteTenants', String(deleteTenants)]];
    if (isDryRun) {
      await printDryRun(file, query, terminal);
      return exitCodes.done;
    }
    const difference = await replaceConfiguration(file, query, terminal);
    const words = { created: 'created', updated: 'updated', deleted: 'deleted' };
    printDifference(difference, words, terminal);
    terminal.print(`revision ${String(difference.revision)}`);
    return exitCodes.done;
  },
});
