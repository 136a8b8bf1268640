import { z } from 'zod';
import { maxRoutePathLength, normalizePath } from './request-path.js';

/** What takes the place of the matched part of a path: a path in its normal form without empty segments. */
const replacementSchema = z
  .string()
  .max(maxRoutePathLength)
  .superRefine((path, context) => {
    const reason = replacementProblem(path);
    if (reason !== null) context.addIssue({ code: 'custom', message: reason });
  });

/** How a route changes the path that goes upstream. */
export const rewriteSchema = z
  .strictObject({
    stripPrefix: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether `match.path` is removed from the path that goes upstream' }),
    replacePrefix: replacementSchema.nullable().default(null).meta({
      description:
        'What goes upstream in place of `match.path`; null: nothing is replaced. That of a template may have its parameters: `/v2/$room`',
      example: '/v2',
    }),
    redirects: z.enum(['pass', 'map']).default('pass').meta({
      description:
        "`map`: a `Location` of an answer that leads to the upstream becomes the client's path; `pass`: it is kept",
    }),
    cookies: z.enum(['pass', 'map']).default('pass').meta({
      description:
        "`map`: the path of a cookie becomes the client's, and the upstream's domain is removed; `pass`: both are kept",
    }),
  })
  .refine(({ stripPrefix, replacePrefix }) => !stripPrefix || replacePrefix === null, {
    error: 'goes with "stripPrefix": false, and only with it',
    path: ['replacePrefix'],
  });

export type Rewrite = z.output<typeof rewriteSchema>;

/**
 * What a route puts in place of the matched part of a path: empty where that part is removed, null where the
 * path stays as it is.
 */
export function prefixReplacement({ stripPrefix, replacePrefix }: Rewrite): string | null {
  return stripPrefix ? '' : replacePrefix;
}

// Servers read the segment after two slashes as a host, or merge the slashes.
function replacementProblem(path: string): string | null {
  const normalized = normalizePath(path);
  if (!normalized.ok) return normalized.reason;
  if (path.includes('//')) return 'an empty segment is not allowed';
  return normalized.path === path ? null : `the path is not in its normal form "${normalized.path}"`;
}
