// The whole configuration in a file: npm run sluice -- export|diff|apply FILE [--delete-tenants]
// FILE ends in .yaml, .yml or .json. Ends with 0; `diff` with 1 when file and API differ; with 2 on an error.
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';

const usage = 'usage: npm run sluice -- export|diff|apply FILE.yaml|FILE.json [--delete-tenants]';
const commands = { export: exportFile, diff: diffFile, apply: applyFile };

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
  formOf(file);
  return commands[name](file, values['delete-tenants'] ?? false);
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { 'delete-tenants': { type: 'boolean' } } });
  } catch (error) {
    throw new Error(`${error.message}\n${usage}`, { cause: error });
  }
}

async function exportFile(file) {
  const { body, revision } = await request(file, 'GET', '/v1/config');
  const text = formOf(file) === 'json' ? `${JSON.stringify(body, null, 2)}\n` : stringify(body);
  // Hashes of secrets are nobody else's business.
  await writeFile(file, text, { mode: 0o600 });
  console.log(`${file}: ${count(body.tenants.length, 'tenant')}, revision ${revision}`);
  return 0;
}

async function diffFile(file) {
  const { body } = await request(file, 'PUT', '/v1/config?dryRun=true', await readDocument(file));
  return tell(body, { created: 'would be made', updated: 'would change', deleted: 'would be DELETED' })
    ? 1
    : 0;
}

async function applyFile(file, deleteTenants) {
  const query = deleteTenants ? '?deleteTenants=true' : '';
  const { body } = await request(file, 'PUT', `/v1/config${query}`, await readDocument(file));
  tell(body, { created: 'made', updated: 'changed', deleted: 'deleted' });
  console.log(`revision ${body.revision}`);
  return 0;
}

function tell({ created, updated, deleted }, words) {
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
  return kind === 'tenant'
    ? `tenant ${name}`
    : `${kind === 'route' ? 'route' : 'API key'} ${name} of ${tenant}`;
}

async function readDocument(file) {
  const text = await readFile(file, 'utf8').catch((error) =>
    fail(`${file} cannot be read: ${error.message}`, error),
  );
  try {
    return formOf(file) === 'json' ? JSON.parse(text) : parse(text);
  } catch (error) {
    return fail(`${file}: ${error.message}`, error);
  }
}

async function request(file, method, path, document) {
  const url = process.env.SLUICE_API_URL || 'http://127.0.0.1:3000';
  const headers = { Authorization: `Bearer ${await readToken()}`, 'Content-Type': 'application/json' };
  const body = document === undefined ? undefined : JSON.stringify(document);
  const target = `${url.replace(/\/$/, '')}${path}`;
  const response = await globalThis
    .fetch(target, { method, headers, body })
    .catch((error) => fail(`${url} cannot be reached: ${error.cause?.message ?? error.message}`, error));
  const answer = await response.json().catch((error) => fail(`${url} does not answer with JSON`, error));
  if (response.ok) return { body: answer, revision: response.headers.get('sluice-revision') };
  const { code = response.status, title = '', detail = '', errors = [] } = answer;
  const lines = errors.map(({ field, message }) => `${file}: ${placeOf(field)}: ${message}`);
  throw new Error([`${code}: ${detail || title}`, ...lines].join('\n'));
}

async function readToken() {
  if (process.env.SLUICE_ADMIN_TOKEN) return process.env.SLUICE_ADMIN_TOKEN;
  const file = join(process.env.SLUICE_DATA_DIR || './data', 'admin-token');
  const text = await readFile(file, 'utf8').catch((error) =>
    fail(`set SLUICE_ADMIN_TOKEN, or SLUICE_DATA_DIR to where the token is: ${error.message}`, error),
  );
  return text.trim();
}

/** `tenants.0.routes.1.match` as people read it. */
function placeOf(field) {
  return field.replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]');
}

function formOf(file) {
  const form = { '.json': 'json', '.yaml': 'yaml', '.yml': 'yaml' }[extname(file)];
  return form ?? fail(`${file} ends in neither .yaml, .yml nor .json\n${usage}`);
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function fail(message, cause) {
  throw new Error(message, { cause });
}
