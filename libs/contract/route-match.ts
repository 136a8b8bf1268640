import { z } from 'zod';
import { hostPatternSchema } from './host.js';
import { parsePathTemplate, templateParameters, templateShape } from './path-template.js';
import { refuseRepeated } from './repeated-items.js';
import { maxRoutePathLength, normalizePath } from './request-path.js';
import { conditionFields, conditionsKey, type RouteConditions } from './route-conditions.js';

const routePathSchema = z
  .string()
  .max(maxRoutePathLength)
  .superRefine((path, context) => {
    const normalized = normalizePath(path);
    if (!normalized.ok) context.addIssue({ code: 'custom', message: normalized.reason });
    else if (normalized.path !== path) {
      context.addIssue({
        code: 'custom',
        message: `the path is not in its normal form "${normalized.path}"`,
      });
    }
  })
  .meta({
    description: 'Path in its normal form; a template has parameters, as in `/rooms/:room`',
    example: '/socket',
  });

/** The requests that a route matches. */
export const routeMatchSchema = z
  .strictObject({
    host: hostPatternSchema
      .default('*')
      .meta({ description: 'Host name, `*.suffix` for all names below it, or `*` for any host' }),
    path: routePathSchema,
    pathType: z.enum(['exact', 'prefix', 'template']).default('prefix').meta({
      description:
        '`exact` matches the path only; `prefix` matches the path and everything below it, segment by segment; `template` matches any segment in place of a parameter',
    }),
    encodedSlash: z.enum(['refuse', 'pass']).default('refuse').meta({
      description: 'Whether requests with an encoded slash (%2F) in their path are refused or accepted',
    }),
    ...conditionFields,
  })
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
  return pathType === 'template';
}

/** The names of the parameters in the path of a route. */
export function pathParameterNames({ path, pathType }: Pick<RouteMatch, 'path' | 'pathType'>): string[] {
  return pathType === 'template' ? templateParameters(path) : [];
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
  // A host has no slash and a path begins with one, so the concatenation is unambiguous.
  return host + (pathType === 'template' ? templateShape(path) : path);
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

function refuseTemplate(
  { path, pathType, encodedSlash }: { path: string; pathType: string; encodedSlash: string },
  context: z.core.$RefinementCtx,
): void {
  if (pathType !== 'template') return;
  const template = parsePathTemplate(path);
  if (!template.ok) context.addIssue({ code: 'custom', path: ['path'], message: template.reason });
  if (encodedSlash === 'refuse') return;
  // A server that decodes it sees an additional segment, which the template does not have.
  const message = 'a template does not allow encoded slashes; expected "refuse"';
  context.addIssue({ code: 'custom', path: ['encodedSlash'], message });
}
