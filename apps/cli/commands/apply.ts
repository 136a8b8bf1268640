import { defineCommand } from '../command.js';
import { printDifference } from '../documents/difference.js';
import { printDryRun, replaceConfiguration } from '../documents/replace-configuration.js';
import { exitCodes } from '../exit-codes.js';

export const applyCommand = defineCommand({
  name: 'apply',
  summary: 'Apply a configuration file',
  operands: { usage: 'FILE', min: 1, max: 1 },
  options: {
    'dry-run': { type: 'boolean', description: 'print the changes without making them' },
    'delete-tenants': { type: 'boolean', description: 'delete tenants that are not in the file' },
  },
  details: `Routes and keys that are not in FILE are deleted. A FILE that lacks a tenant is refused without
--delete-tenants, also in a dry run.`,
  async run({ 'dry-run': isDryRun = false, 'delete-tenants': deleteTenants = false }, [file = ''], terminal) {
    if (isDryRun) {
      await printDryRun(file, deleteTenants, terminal);
      return exitCodes.done;
    }
    const query = { deleteTenants: String(deleteTenants) };
    const difference = await replaceConfiguration(file, query, terminal);
    const words = { created: 'created', updated: 'updated', deleted: 'deleted' };
    printDifference(difference, words, terminal);
    terminal.print(`revision ${String(difference.revision)}`);
    return exitCodes.done;
  },
});
