import { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { ApiProblem, problemText } from '../api/api-problem.js';
import { CommandError, UsageError } from '../command-error.js';
import { defineCommand } from '../command.js';
import { differenceSchema, printDifference } from '../documents/difference.js';
import { exitCodes } from '../exit-codes.js';
import { readNginxFiles } from '../nginx/nginx-files.js';
import type { Terminal } from '../terminal.js';

const findingSchema = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
});

const answerSchema = z.object({
  routes: z.array(
    z.object({
      file: z.string(),
      line: z.int(),
      route: z.looseObject({
        match: z.object({ host: z.string().default('*'), path: z.string(), pathType: z.string().optional() }),
        upstreams: z.array(z.object({ url: z.string() })),
        maxConnections: z.int().nullish(),
      }),
    }),
  ),
  warnings: z.array(findingSchema),
  hints: z.array(findingSchema),
  difference: differenceSchema.nullable(),
});

type Answer = z.output<typeof answerSchema>;

export const importCommand = defineCommand({
  name: 'import',
  summary: 'Translate a configuration of nginx into routes',
  operands: { usage: 'nginx FILE|FOLDER', min: 2, max: 2 },
  options: {
    tenant: {
      type: 'string',
      value: 'TENANT',
      description: 'create the routes for this tenant (id or slug)',
    },
    apply: { type: 'boolean', description: 'create the routes; without it, only show them' },
    main: { type: 'string', value: 'FILE', description: 'the main configuration file in FOLDER' },
    folder: {
      type: 'string',
      value: 'PATH',
      description: 'the path of FOLDER on the nginx host (default /etc/nginx)',
    },
    upstream: {
      type: 'string',
      multiple: true,
      value: "'HOST=HOST:PORT'",
      description: 'dial another host instead of an upstream',
    },
    'named-hosts': {
      type: 'boolean',
      description: 'create no catch-all routes for hosts without a server_name',
    },
    'skip-missing': { type: 'boolean', description: 'ignore missing included files' },
    json: { type: 'boolean', description: 'print the answer of the API' },
  },
  details: `FILE is sent alone; of a FOLDER, like /etc/nginx, all files are sent but those with private keys.
Prints the routes, and on standard error each directive that is not carried over, with file, line and reason.
With --tenant it also prints what changes; no route is deleted.

  sluice import nginx /etc/nginx --tenant acme
  sluice import nginx /etc/nginx --tenant acme --apply`,
  async run(options, [kind = '', path = ''], terminal) {
    if (kind !== 'nginx')
      throw new UsageError(`sluice import: expected "nginx" before the file, not "${kind}"`);
    const { files, skipped } = await readNginxFiles(path);
    for (const reason of skipped) terminal.report(`skipped: ${reason}`);
    const body = {
      files,
      main: options.main ?? null,
      tenant: options.tenant ?? null,
      anyHost: options['named-hosts'] !== true,
      skipMissingIncludes: options['skip-missing'] === true,
      upstreamHosts: Object.fromEntries((options.upstream ?? []).map(otherHost)),
      ...(options.folder !== undefined && { folder: options.folder }),
    };
    const answer = await postImport(body, options.apply === true, terminal);
    if (options.json === true) terminal.print(JSON.stringify(answer, null, 2));
    else printAnswer(answer, options.apply === true, terminal);
    return exitCodes.done;
  },
});

function otherHost(text: string): [string, string] {
  const [, host, other] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (host !== undefined && other !== undefined) return [host, other];
  throw new UsageError(`sluice import: expected --upstream 'HOST=HOST:PORT', not '${text}'`);
}

async function postImport(body: object, apply: boolean, terminal: Terminal): Promise<Answer> {
  const api = await ApiClient.of(terminal.environment);
  try {
    return (await api.request('POST', `/v1/import/nginx?apply=${String(apply)}`, answerSchema, body)).body;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const placeOf = (field: string): string => field.replace(/^files\./, '');
    throw new CommandError(problemText(error.problem, { name: error.message, placeOf }), { cause: error });
  }
}

function printAnswer(
  { routes, warnings, hints, difference }: Answer,
  isApplied: boolean,
  terminal: Terminal,
): void {
  for (const { file, line, route } of routes) {
    const { match, upstreams, maxConnections } = route;
    const path = match.pathType === 'exact' ? `= ${match.path}` : match.path;
    const targets = maxConnections === 0 ? 'closed' : upstreams.map(({ url }) => url).join(', ');
    terminal.print(`${match.host} ${path} -> ${targets}  (${file}:${line})`);
  }
  const report = (kind: string, findings: Answer['hints']): void => {
    for (const { file, line, column, message } of findings) {
      terminal.report(`${file}:${line}:${column}: ${kind}: ${message}`);
    }
  };
  report('warning', warnings);
  report('hint', hints);
  if (difference === null) return;
  const words = isApplied
    ? { created: 'created', updated: 'updated', deleted: 'deleted' }
    : { created: 'would be created', updated: 'would change', deleted: 'would be DELETED' };
  printDifference(difference, words, terminal);
}
