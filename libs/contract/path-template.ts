import { headerVariables } from './header-template.js';

/** A segment of a template: a literal text, or a parameter. */
export type TemplateSegment = { literal: string } | { parameter: string };

export type PathTemplate = { ok: true; segments: TemplateSegment[] } | { ok: false; reason: string };

const maxParameters = 16;
const parameterName = /^:([a-z][a-z0-9_]{0,63})$/;
// Segments that every server interprets literally. Before the first parameter a segment may have any
// characters, since it is known there which part of a request's path belongs to the route.
const plainSegment = /^(?:[A-Za-z0-9\-._~]|%[89A-F][0-9A-F])*$/;

/** Parses a path in its normal form with parameters, like `/rooms/:room`. */
export function parsePathTemplate(path: string): PathTemplate {
  const segments: TemplateSegment[] = [];
  const names = new Set<string>();
  const texts = path.slice(1).split('/');
  for (const [index, text] of texts.entries()) {
    if (!text.startsWith(':')) {
      if (names.size > 0 && !isPlain(text, index === texts.length - 1)) return refuse(notPlain(text));
      segments.push({ literal: text });
      continue;
    }
    const name = parameterName.exec(text)?.[1];
    if (name === undefined)
      return refuse(`"${text}" is not a parameter; expected one like ":room", ${nameForm}`);
    const problem = parameterProblem(name, names);
    if (problem !== null) return refuse(problem);
    names.add(name);
    segments.push({ parameter: name });
  }
  if (names.size === 0)
    return refuse('a template needs a parameter, as in "/rooms/:room"; use "exact" for a path without one');
  if (names.size > maxParameters) return refuse(`a template can have at most ${maxParameters} parameters`);
  return { ok: true, segments };
}

const nameForm = 'with a lower-case letter and up to 63 further characters of a-z, 0-9 and "_"';

/** Why a path cannot have a parameter with this name, or null. */
export function parameterProblem(name: string, others: ReadonlySet<string>): string | null {
  if (others.has(name)) return `the parameter "${name}" is used twice`;
  const variables: readonly string[] = headerVariables;
  return variables.includes(name) ? `"${name}" is a variable of every route; choose another name` : null;
}

/** The names of the parameters of a template, in order. */
export function templateParameters(path: string): string[] {
  const template = parsePathTemplate(path);
  if (!template.ok) return [];
  return template.segments.flatMap((segment) => ('parameter' in segment ? [segment.parameter] : []));
}

/** The template without parameter names, equal for templates that match the same paths. No path has `{}`. */
export function templateShape(path: string): string {
  return path.replace(/\/:[a-z0-9_]+/g, '/{}');
}

/** The part of a template before its first parameter, including the slash. */
export function templateStart(path: string): string {
  return path.slice(0, path.indexOf('/:') + 1);
}

// The last segment of a path that ends with a slash is empty.
function isPlain(text: string, isLast: boolean): boolean {
  return text === '' ? isLast : plainSegment.test(text);
}

function notPlain(text: string): string {
  return `the segment "${text}" after a parameter may have only letters, digits, "-", ".", "_", "~" and encoded non-ASCII characters`;
}

function refuse(reason: string): PathTemplate {
  return { ok: false, reason };
}
