import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { LineCounter, isNode, parse, parseDocument, stringify } from 'yaml';

// Finding a line means parsing again, slowly; in more than this nobody looks for a line by its number.
const longestWithLines = 5_000_000;

/** The text of a file and the document in it; throws for what is neither YAML nor JSON, by the extension. */
export async function readDocument(file) {
  const form = formOf(file);
  const text = await readFile(file, 'utf8').catch((error) =>
    fail(`${file} cannot be read: ${error.message}`, error),
  );
  try {
    return { file, text, document: form === 'json' ? JSON.parse(text) : parse(text) };
  } catch (error) {
    return fail(`${file}: ${error.message}`, error);
  }
}

/** Puts a document into a file of mode 0600, whatever stood there before, whole or not at all. */
export async function writeDocument(file, document) {
  const text = formOf(file) === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    // Hashes of secrets are nobody else's business.
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    fail(`${file} cannot be written: ${error.message}`, error);
  }
}

/** Throws unless the extension says what is in it. */
export function formOf(file) {
  const form = { '.json': 'json', '.yaml': 'yaml', '.yml': 'yaml' }[extname(file)];
  return form ?? fail(`${file} ends in neither .yaml, .yml nor .json`);
}

/** Where `tenants.0.routes.3.match.path` is, as people find it: `config.yaml:12: tenant acme, route chat: match.path`. */
export function placeOf(field, { file, text, document }) {
  const path = field.split('.');
  const line = lineOf(path, text);
  return [line === null ? file : `${file}:${line}`, ...namedPlace(path, document)].join(': ');
}

function namedPlace(path, document) {
  const [list, tenantIndex, kind, thingIndex, ...fields] = path;
  const tenant = list === 'tenants' ? document?.tenants?.[tenantIndex] : undefined;
  if (tenant === undefined) return [path.join('.')];
  const tenantName = `tenant ${tenant?.slug ?? `number ${Number(tenantIndex) + 1}`}`;
  const thing = { routes: tenant?.routes, apiKeys: tenant?.apiKeys }[kind]?.[thingIndex];
  if (thing === undefined) return [tenantName, ...inside(path.slice(2))];
  const name = nameOf(kind, thing) ?? `number ${Number(thingIndex) + 1}`;
  return [`${tenantName}, ${kind === 'routes' ? 'route' : 'API key'} ${name}`, ...inside(fields)];
}

function nameOf(kind, thing) {
  if (kind === 'apiKeys') return thing?.name || thing?.prefix;
  const { host = '*', path } = thing?.match ?? {};
  return thing?.name || (path === undefined ? thing?.id : host + path);
}

function inside(fields) {
  return fields.length === 0 ? [] : [fields.join('.')];
}

// JSON is YAML, too. What is missing has no line of its own, but that in which it would be has.
function lineOf(path, text) {
  if (text.length > longestWithLines) return null;
  const lineCounter = new LineCounter();
  const root = parseDocument(text, { lineCounter });
  for (let length = path.length; length >= 0; length -= 1) {
    const node = root.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
  }
  return null;
}

function fail(message, cause) {
  throw new Error(message, { cause });
}
