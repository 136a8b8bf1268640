import {
  encodeCharacter,
  parseHeaderTemplate,
  type HeaderChanges,
  type HeaderVariable,
  type TemplatePart,
} from '#libs/contract';
import type { RequestMessage } from '#libs/handshake';
import { pathParametersOf, type PathParameters } from '#libs/routing';
import type { Attempt } from './attempt.js';

/** The sources of the values of variables. */
export interface VariableSources {
  attempt: Pick<Attempt, 'id' | 'clientAddress' | 'tenant' | 'route' | 'apiKey'>;
  request: Pick<RequestMessage, 'host' | 'path'>;
}

type Templates = readonly (readonly [name: string, parts: readonly TemplatePart[]])[];

// Keyed by the changes of a route, which are another object after a change of them, and one for
// all routes with equal ones.
const compiled = new WeakMap<HeaderChanges, Templates | null>();

/**
 * The changes with the values of the variables in them. A field whose variables are all empty is not set, and
 * the one that came under its name is removed.
 */
export function expandHeaders(changes: HeaderChanges, sources: VariableSources): HeaderChanges {
  const templates = templatesOf(changes);
  if (templates === null) return changes;
  const set: [name: string, value: string][] = [];
  const remove = [...changes.remove];
  const valueOf = variablesOf(sources);
  for (const [name, parts] of templates) {
    const value = expand(parts, valueOf);
    if (value === null) remove.push(name);
    else set.push([name, value]);
  }
  return { set: Object.fromEntries(set), remove };
}

/** Null if there is no variable, nor an escaped dollar. */
function templatesOf(changes: HeaderChanges): Templates | null {
  const known = compiled.get(changes);
  if (known !== undefined) return known;
  const entries = Object.entries(changes.set);
  const templates = entries.some(([, value]) => value.includes('$'))
    ? entries.map(([name, value]) => [name, partsOf(value)] as const)
    : null;
  compiled.set(changes, templates);
  return templates;
}

// The API refuses a value that is not a valid template.
function partsOf(value: string): TemplatePart[] {
  const template = parseHeaderTemplate(value);
  return template.ok ? template.parts : [{ text: value }];
}

function expand(parts: readonly TemplatePart[], valueOf: ValueOf): string | null {
  let text = '';
  let isEmpty = parts.some((part) => 'variable' in part);
  for (const part of parts) {
    const value = 'text' in part ? part.text : valueOf(part.variable);
    if ('variable' in part && value !== '') isEmpty = false;
    text += value;
  }
  return isEmpty ? null : text.trim();
}

type ValueOf = (variable: string) => string;

function variablesOf({ attempt, request }: VariableSources): ValueOf {
  let parameters: PathParameters | null = null;
  return (variable) => {
    if (isBuiltIn(variable)) return builtIn[variable](attempt, request);
    if (attempt.route === undefined) return '';
    parameters ??= pathParametersOf(attempt.route.match, request.path);
    return withReservedEncoded(parameters.get(variable) ?? '');
  };
}

// The other characters are unreserved, or encoded in the path already. A slash separates nothing in a header
// field.
function withReservedEncoded(value: string): string {
  return value.replace(/[!$&'()*+,;=:@]/g, encodeCharacter);
}

const builtIn: Readonly<
  Record<HeaderVariable, (attempt: VariableSources['attempt'], request: VariableSources['request']) => string>
> = {
  client_ip: ({ clientAddress }) => clientAddress,
  host: (_attempt, { host }) => host,
  tenant: ({ tenant }) => tenant?.slug ?? '',
  route: ({ route }) => route?.id ?? '',
  request_id: ({ id }) => id,
  key_id: ({ apiKey }) => apiKey?.id ?? '',
  key_name: ({ apiKey }) => percentEncoded(apiKey?.name ?? ''),
};

function isBuiltIn(variable: string): variable is HeaderVariable {
  return Object.hasOwn(builtIn, variable);
}

/**
 * Everything but the unreserved characters of RFC 3986 encoded, so that no value ends a header field, or an
 * element of a list or a parameter in it.
 */
function percentEncoded(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, encodeByte);
}

function encodeByte(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
