import { z } from 'zod';
import { hostPatternSchema } from './host.js';
import { PathRegex } from './path-regex.js';
import { parsePathTemplate, templateParameters, templateShape } from './path-template.js';
import { refuseRepeated } from './repeated-items.js';
import { maxRoutePathLength, normalizePath } from './request-path.js';
import { conditionFields, conditionsKey, type RouteConditions } from './route-conditions.js';
import { fieldRules } from './field-rules.js';

const routePathSchema = z.string().max(maxRoutePathLength).meta({
  description:
    'Path in its normal form; a template has parameters, as in `/rooms/:room`; a regular expression, as in `/rooms/(?P<room>[0-9]+)`',
  example: '/socket',
});

/** The requests that a route matches. */
export const routeMatchSchema = z
  .strictObject({
    host: hostPatternSchema
      .default('*')
      .meta({ description: 'Host name, `*.suffix` for all names below it, or `*` for any host' }),
    path: routePathSchema,
    pathType: z.enum(['exact', 'prefix', 'template', 'regex']).default('prefix').meta({
      description:
        '`exact` matches the path only; `prefix` matches the path and everything below it, segment by segment; `template` matches any segment in place of a parameter; `regex` matches the whole path with a regular expression in the syntax of RE2',
    }),
    encodedSlash: z.enum(['refuse', 'pass']).default('refuse').meta({
      description: 'Whether requests with an encoded slash (%2F) in their path are refused or accepted',
    }),
    ...conditionFields,
  })
  .superRefine(refusePath)
  .superRefine(refuseTemplate)
  .superRefine(refuseRepeatedConditions)
  .meta({
    id: 'RouteMatch',
    example: {
      host: 'chat.acme.example',
      path: '/socket',
      pathType: 'prefix',
      encodedSlash: 'refuse',
      headers: null,
      query: null,
    },
  });

export type RouteMatch = z.output<typeof routeMatchSchema>;

/** Whether the path of a route is a pattern rather than a literal text; it matches whole paths only. */
export function isPattern({ pathType }: Pick<RouteMatch, 'pathType'>): boolean {
  return pathType === 'template' || pathType === 'regex';
}

/** The names of the parameters in the path of a route. */
export function pathParameterNames({ path, pathType }: Pick<RouteMatch, 'path' | 'pathType'>): string[] {
  if (pathType === 'template') return templateParameters(path);
  if (pathType !== 'regex') return [];
  const parsed = PathRegex.parse(path);
  return parsed.ok ? [...parsed.regex.parameters] : [];
}

type MatchedPlace = Pick<RouteMatch, 'host' | 'path' | 'pathType'>;

/** The key that is unique among enabled routes: place and conditions. */
export function matchKey(match: MatchedPlace & RouteConditions): string {
  const conditions = conditionsKey(match);
  // Neither a host nor a path has a line break.
  return conditions === '' ? placeKey(match) : `${placeKey(match)}\n${conditions}`;
}

/** The host, and the path without the names of parameters. */
export function placeKey({ host, path, pathType }: MatchedPlace): string {
  // A host has neither a slash nor a space and a path begins with a slash, so the key is unambiguous.
  if (pathType === 'regex') return `${regexPlace(host)}${path}`;
  return host + (pathType === 'template' ? templateShape(path) : path);
}

/** The place that the regex routes of a host share. */
export function regexPlace(host: string): string {
  return `${host} ~`;
}

function refuseRepeatedConditions(
  { headers, query }: { headers: { name: string }[] | null; query: { name: string }[] | null },
  context: z.core.$RefinementCtx,
): void {
  const lists = {
    headers: headers?.map(({ name }) => name.toLowerCase()),
    query: query?.map(({ name }) => name),
  };
  for (const [list, names] of Object.entries(lists)) refuseRepeated(names ?? [], context, [list]);
}

function refusePath(
  { path, pathType }: { path: string; pathType: string },
  context: z.core.$RefinementCtx,
): void {
  const reason = pathType === 'regex' ? regexProblem(path) : pathProblem(path);
  if (reason !== null) context.addIssue({ code: 'custom', path: ['path'], message: reason });
}

function regexProblem(path: string): string | null {
  const parsed = PathRegex.parse(path);
  return parsed.ok ? null : parsed.reason;
}

function pathProblem(path: string): string | null {
  const normalized = normalizePath(path);
  if (!normalized.ok) return normalized.reason;
  return normalized.path === path ? null : `the path is not in its normal form "${normalized.path}"`;
}

function refuseTemplate(
  { path, pathType, encodedSlash }: { path: string; pathType: string; encodedSlash: string },
  context: z.core.$RefinementCtx,
): void {
  if (pathType !== 'template') return;
  const template = parsePathTemplate(path);
  if (!template.ok) context.addIssue({ code: 'custom', path: ['path'], message: template.reason });
  if (encodedSlash === 'refuse') return;
  // A server that decodes it sees an additional segment, which the template does not have.
  const message = fieldRules.template_encoded_slash;
  context.addIssue({ code: 'custom', path: ['encodedSlash'], message });
}
