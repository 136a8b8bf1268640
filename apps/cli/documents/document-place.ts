import { isNode, LineCounter, parseDocument } from 'yaml';
import type { DocumentFile } from './document-file.js';

// Finding a line parses the text again, which is slow. Larger files get no line numbers.
const maxCharactersWithLines = 5_000_000;

const kindNames: Readonly<Record<string, string>> = { routes: 'route', apiKeys: 'API key' };

/**
 * The place of `tenants.0.routes.3.match.path` for people: `config.yaml:12: tenant acme, route chat:
 * match.path`.
 */
export function placeOf(field: string, { file, text, document }: DocumentFile): string {
  const path = field.split('.');
  const line = lineOf(path, text);
  return [line === null ? file : `${file}:${line}`, ...namedPlace(path, document)].join(': ');
}

function namedPlace(path: readonly string[], document: unknown): string[] {
  const [list, tenantIndex = '', kind = '', index = '', ...fields] = path;
  const tenant = list === 'tenants' ? valueAt(document, ['tenants', tenantIndex]) : undefined;
  if (tenant === undefined) return [path.join('.')];
  const tenantName = `tenant ${textAt(tenant, ['slug']) ?? ordinal(tenantIndex)}`;
  const kindName = kindNames[kind];
  const resource = kindName === undefined ? undefined : valueAt(tenant, [kind, index]);
  if (kindName === undefined || resource === undefined) return [tenantName, ...joined(path.slice(2))];
  return [`${tenantName}, ${kindName} ${nameOf(kind, resource) ?? ordinal(index)}`, ...joined(fields)];
}

function nameOf(kind: string, resource: unknown): string | undefined {
  const name = textAt(resource, ['name']);
  if (name) return name;
  if (kind === 'apiKeys') return textAt(resource, ['prefix']);
  const path = textAt(resource, ['match', 'path']);
  if (path === undefined) return textAt(resource, ['id']);
  return `${textAt(resource, ['match', 'host']) ?? '*'}${path}`;
}

function ordinal(index: string): string {
  return `number ${Number(index) + 1}`;
}

function joined(fields: readonly string[]): string[] {
  return fields.length === 0 ? [] : [fields.join('.')];
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? Object.entries(inner).find(([key]) => key === name)?.[1]
        : undefined,
    value,
  );
}

// JSON is YAML, too. For a missing field this is the line of the object that lacks it.
function lineOf(path: readonly string[], text: string): number | null {
  if (text.length > maxCharactersWithLines) return null;
  const lineCounter = new LineCounter();
  const root = parseDocument(text, { lineCounter });
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = root.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
  }
  return null;
}
