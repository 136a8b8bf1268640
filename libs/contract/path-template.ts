import { headerVariables } from './header-template.js';

/** A segment of a template: text that a path has to have there, or a parameter. */
export type TemplateSegment = { literal: string } | { parameter: string };

export type PathTemplate = { ok: true; segments: TemplateSegment[] } | { ok: false; reason: string };

const maxParameters = 16;
const parameterName = /^:([a-z][a-z0-9_]{0,63})$/;
// What every server reads as it is written. In front of the first parameter a segment may have any
// characters: there it is known which part of a request's path is the route's.
const plainSegment = /^(?:[A-Za-z0-9\-._~]|%[89A-F][0-9A-F])*$/;

/** Parses a path with parameters, like `/rooms/:room`; it is in its normal form otherwise. */
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
      return refuse(`"${text}" is no parameter; expected one like ":room", ${nameForm}`);
    const problem = parameterProblem(name, names);
    if (problem !== null) return refuse(problem);
    names.add(name);
    segments.push({ parameter: name });
  }
  if (names.size === 0) return refuse('a template has a parameter, like "/rooms/:room"; use "exact" without');
  if (names.size > maxParameters) return refuse(`at most ${maxParameters} parameters`);
  return { ok: true, segments };
}

const nameForm = 'with a lower-case letter and then up to 63 of a-z, 0-9 and "_"';

/** Why a path cannot have a parameter with this name, or null. */
export function parameterProblem(name: string, others: ReadonlySet<string>): string | null {
  if (others.has(name)) return `the parameter "${name}" is there twice`;
  const variables: readonly string[] = headerVariables;
  return variables.includes(name) ? `"${name}" is a variable of every route; choose another name` : null;
}

/** The names of the parameters of a template, in their order. */
export function templateParameters(path: string): string[] {
  const template = parsePathTemplate(path);
  if (!template.ok) return [];
  return template.segments.flatMap((segment) => ('parameter' in segment ? [segment.parameter] : []));
}

/** The template without the names: equal for two templates that match the same paths. No path has braces. */
export function templateShape(path: string): string {
  return path.replace(/\/:[a-z0-9_]+/g, '/{}');
}

/** The part of a template in front of its first parameter, with the slash at its end. */
export function templateStart(path: string): string {
  return path.slice(0, path.indexOf('/:') + 1);
}

// The last segment of a path that ends with a slash is empty.
function isPlain(text: string, isLast: boolean): boolean {
  return text === '' ? isLast : plainSegment.test(text);
}

function notPlain(text: string): string {
  return `behind a parameter only letters, digits, "-", ".", "_", "~" and encoded non-ASCII characters: "${text}"`;
}

function refuse(reason: string): PathTemplate {
  return { ok: false, reason };
}
