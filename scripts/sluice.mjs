// The whole configuration in a file: npm run sluice -- export FILE [--full] | diff FILE | apply FILE [--dry-run] [--delete-tenants]
// FILE ends in .yaml, .yml or .json. Ends with 0; `diff` with 1 when file and API differ; with 2 on an error.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formOf, placeOf, readDocument, writeDocument } from './sluice/document-file.mjs';

const usage =
  'usage: npm run sluice -- export FILE [--full] | diff FILE | apply FILE [--dry-run] [--delete-tenants]; FILE ends in .yaml, .yml or .json';
const commands = { export: exportFile, diff: diffFile, apply: applyFile };
const options = {
  full: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'delete-tenants': { type: 'boolean' },
};
const optionsOf = { export: ['full'], diff: [], apply: ['dry-run', 'delete-tenants'] };

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function main() {
  const { values, positionals } = readArguments();
  const [name, file, ...more] = positionals;
  if (!Object.hasOwn(commands, name ?? '') || file === undefined || more.length > 0) throw new Error(usage);
  if (Object.keys(values).some((option) => !optionsOf[name].includes(option))) throw new Error(usage);
  formOf(file);
  return commands[name](file, values);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new Error(`${error.message}\n${usage}`, { cause: error });
  }
}

async function exportFile(file, { full = false }) {
  const { body, revision } = await request('GET', `/v1/config?full=${full}`);
  await writeDocument(file, body);
  console.log(`${file}: ${count(body.tenants.length, 'tenant')}, revision ${revision}`);
  return 0;
}

async function diffFile(file) {
  return (await dryRun(file, { deleteTenants: true })) ? 1 : 0;
}

async function applyFile(file, values) {
  const { 'delete-tenants': deleteTenants = false } = values;
  if (isDryRun(values)) {
    await dryRun(file, { deleteTenants });
    return 0;
  }
  const { body } = await replace(file, { deleteTenants });
  printDifference(body, { created: 'made', updated: 'changed', deleted: 'deleted' });
  console.log(`revision ${body.revision}`);
  return 0;
}

// Without a `--` before it, npm takes --dry-run for its own: it does not pass the flag on, but sets this variable.
function isDryRun({ 'dry-run': isGiven }) {
  return isGiven === true || process.env.npm_config_dry_run === 'true';
}

/** Whether file and API differ. Fails where the call itself would be refused. */
async function dryRun(file, { deleteTenants }) {
  const { body } = await replace(file, { deleteTenants, dryRun: true });
  return printDifference(body, {
    created: 'would be made',
    updated: 'would change',
    deleted: 'would be DELETED',
  });
}

async function replace(file, query) {
  const search = new globalThis.URLSearchParams(Object.entries(query));
  return request('PUT', `/v1/config?${search}`, await readDocument(file));
}

function printDifference({ created, updated, deleted }, words) {
  for (const thing of deleted) console.log(`- ${nameOf(thing)}: ${words.deleted}`);
  for (const thing of created) console.log(`+ ${nameOf(thing)}: ${words.created}`);
  for (const thing of updated) {
    console.log(`~ ${nameOf(thing)}: ${words.updated}`);
    for (const { field, before, after } of thing.changes) {
      console.log(`    ${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
    }
  }
  const differences = created.length + updated.length + deleted.length;
  if (differences === 0) console.log('no difference');
  return differences > 0;
}

function nameOf({ kind, tenant, name }) {
  if (kind === 'tenant') return `tenant ${name}`;
  return `${kind === 'route' ? 'route' : 'API key'} ${name} of ${tenant}`;
}

async function request(method, path, source) {
  const url = process.env.SLUICE_API_URL || 'http://127.0.0.1:3000';
  const headers = { Authorization: `Bearer ${await readToken()}`, 'Content-Type': 'application/json' };
  const body = source && JSON.stringify(source.document);
  const response = await globalThis
    .fetch(`${url.replace(/\/$/, '')}${path}`, { method, headers, body })
    .catch((error) => fail(`${url} cannot be reached: ${error.cause?.message ?? error.message}`, error));
  const answer = await response.json().catch((error) => fail(`${url} does not answer with JSON`, error));
  for (const warning of warningsOf(response)) console.error(`warning: ${warning}`);
  if (response.ok) return { body: answer, revision: response.headers.get('sluice-revision') };
  throw new Error(problemText(answer, response.status, source));
}

/** What the API warns of, like `host_overlap;host="a.example";tenant="acme"`. */
function warningsOf({ headers }) {
  const values = headers.get('sluice-warning')?.split(', ') ?? [];
  return values.map((value) => {
    const [, host, tenant] = /^host_overlap;host="([^"]+)";tenant="([^"]+)"$/.exec(value) ?? [];
    return host ? `the host "${host}" overlaps with hosts of the tenant ${tenant}` : value;
  });
}

function problemText({ code, title = '', detail = '', errors = [] }, status, source) {
  const hint =
    code === 'deletes_tenants'
      ? 'to delete tenants, use: npm run sluice -- apply FILE --delete-tenants'
      : detail || title;
  const lines = errors.map(({ field, message }) => `${source ? placeOf(field, source) : field}: ${message}`);
  return [`${code ?? status}: ${hint}`, ...lines].join('\n');
}

async function readToken() {
  if (process.env.SLUICE_ADMIN_TOKEN) return process.env.SLUICE_ADMIN_TOKEN;
  const file = join(process.env.SLUICE_DATA_DIR || './data', 'admin-token');
  const text = await readFile(file, 'utf8').catch((error) =>
    fail(`set SLUICE_ADMIN_TOKEN, or SLUICE_DATA_DIR to where the token is: ${error.message}`, error),
  );
  return text.trim();
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function fail(message, cause) {
  throw new Error(message, { cause });
}
