import { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { defineCommand } from '../command.js';
import { formatOf, writeDocument } from '../documents/document-file.js';
import { scopeOptions, scopeQuery } from '../documents/scope-options.js';
import { exitCodes } from '../exit-codes.js';

const documentSchema = z.looseObject({ tenants: z.array(z.unknown()) });

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write the configuration into a file',
  operands: { usage: 'FILE', min: 1, max: 1 },
  options: {
    ...scopeOptions,
    full: { type: 'boolean', description: 'also write fields that have their default value' },
  },
  details: `FILE ends in .yaml, .yml or .json. It is replaced, and gets mode 0600.`,
  async run({ full = false, ...scope }, [file = ''], terminal) {
    formatOf(file);
    const api = await ApiClient.of(terminal.environment);
    const query = new URLSearchParams([['full', String(full)], ...scopeQuery(scope)]);
    const { body, headers } = await api.request('GET', `/v1/config?${query.toString()}`, documentSchema);
    await writeDocument(file, body);
    const count = body.tenants.length;
    const tenants = `${count} ${count === 1 ? 'tenant' : 'tenants'}`;
    terminal.print(`${file}: ${tenants}, revision ${headers.get('sluice-revision') ?? 'unknown'}`);
    return exitCodes.done;
  },
});
