import { Readable } from 'node:stream';
import { WorkSlice } from '#libs/async';
import { childLists, mapChildLists, resources, type ChildList } from '../resources/resources.js';
import { tenantDocumentSchema, type TenantDocument } from '../resources/tenant.js';
import { withoutLists, type ConfigurationDocument, type TenantWithLists } from './configuration-document.js';
import { withoutDefaults } from './without-defaults.js';

// Large enough that the overhead is negligible, small enough to be built in less than a millisecond.
const charactersPerChunk = 64 * 1024;

export interface TextOptions {
  /** Whether fields with their default are written. */
  full: boolean;
}

/** Streams a document as JSON in the format of other answers, since the text of 10,000 routes is 30 MB. */
export function documentText(document: ConfigurationDocument, { full }: TextOptions): Readable {
  return Readable.from(chunksOf(partsOf(document, full ? fullForm : shortForm)));
}

/** The fields of each resource that are written. */
interface Form {
  tenant: (tenant: TenantDocument) => object;
  child: Readonly<Record<ChildList, (resource: object) => object>>;
  hasEmptyLists: boolean;
}

const fullForm: Form = {
  tenant: (tenant) => tenant,
  child: mapChildLists<Form['child']>(() => (resource) => resource),
  hasEmptyLists: true,
};

const shortTenant = withoutDefaults(tenantDocumentSchema);
const shortForm: Form = {
  // The name defaults to the slug, a default that the schema does not have.
  tenant: ({ name, ...tenant }) => shortTenant(name === tenant.slug ? tenant : { ...tenant, name }),
  child: mapChildLists<Form['child']>((list) => withoutDefaults(resources[list].schema)),
  hasEmptyLists: false,
};

function* partsOf({ version, tenants }: ConfigurationDocument, form: Form): Generator<string> {
  yield `{\n  "version": ${version},\n  "tenants": `;
  yield* list(tenants, 1, (tenant) => tenantParts(tenant, form));
  yield '\n}\n';
}

function* tenantParts(tenant: TenantWithLists, form: Form): Generator<string> {
  yield indented(form.tenant(withoutLists(tenant)), 2).slice(0, -'\n    }'.length);
  for (const name of childLists) yield* namedList(name, tenant[name], form);
  yield '\n    }';
}

function* namedList(
  name: ChildList,
  documents: readonly object[],
  { child, hasEmptyLists }: Form,
): Generator<string> {
  if (documents.length === 0 && !hasEmptyLists) return;
  yield `,\n      ${JSON.stringify(name)}: `;
  yield* list(documents, 3, function* (document) {
    yield indented(child[name](document), 4);
  });
}

/** `level` is the depth of the list itself. */
function* list<Item>(
  items: readonly Item[],
  level: number,
  partsOfItem: (item: Item) => Generator<string>,
): Generator<string> {
  if (items.length === 0) {
    yield '[]';
    return;
  }
  let separator = '[';
  for (const item of items) {
    yield `${separator}\n${indent.repeat(level + 1)}`;
    yield* partsOfItem(item);
    separator = ',';
  }
  yield `\n${indent.repeat(level)}]`;
}

const indent = '  ';

// In JSON text, a line break is never inside a string.
function indented(value: object, level: number): string {
  return JSON.stringify(value, null, indent).replaceAll('\n', `\n${indent.repeat(level)}`);
}

// Yields to the event loop between chunks, since a fast reader would otherwise block it.
async function* chunksOf(parts: Iterable<string>): AsyncGenerator<Buffer> {
  const slice = new WorkSlice();
  let text = '';
  for (const part of parts) {
    text += part;
    if (slice.isOver()) await slice.next();
    if (text.length < charactersPerChunk) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
