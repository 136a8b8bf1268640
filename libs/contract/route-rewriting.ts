import { z } from 'zod';
import { maxRoutePathLength, normalizePath } from './request-path.js';
import { fieldRules } from './field-rules.js';

/** The replacement for the matched part of a path: a path in its normal form without empty segments. */
const replacementSchema = z
  .string()
  .max(maxRoutePathLength)
  .superRefine((path, context) => {
    const reason = replacementProblem(path);
    if (reason !== null) context.addIssue({ code: 'custom', message: reason });
  });

/** How a route rewrites the path of the upstream request, and of the response. */
export const rewriteSchema = z
  .strictObject({
    stripPrefix: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether `match.path` is removed from the path of the upstream request' }),
    replacePrefix: replacementSchema.nullable().default(null).meta({
      description:
        'Path that replaces `match.path` in the upstream request; null means no replacement. With a template, it may contain the parameters, as in `/v2/$room`',
      example: '/v2',
    }),
    redirects: z.enum(['pass', 'map']).default('pass').meta({
      description:
        "`map`: a `Location` in a response that points to the upstream is rewritten to the client's path; `pass`: it is not changed",
    }),
    cookies: z.enum(['pass', 'map']).default('pass').meta({
      description:
        "`map`: the path of a cookie is rewritten to the client's path, and the upstream's domain is removed; `pass`: both are kept",
    }),
  })
  .refine(({ stripPrefix, replacePrefix }) => !stripPrefix || replacePrefix === null, {
    error: fieldRules.only_without_strip_prefix,
    path: ['replacePrefix'],
  });

export type Rewrite = z.output<typeof rewriteSchema>;

/**
 * The replacement for the matched part of a path: empty if that part is removed, null if the path is not
 * changed.
 */
export function prefixReplacement({ stripPrefix, replacePrefix }: Rewrite): string | null {
  return stripPrefix ? '' : replacePrefix;
}

// Some servers interpret the segment after two slashes as a host, others merge the slashes.
function replacementProblem(path: string): string | null {
  const normalized = normalizePath(path);
  if (!normalized.ok) return normalized.reason;
  if (path.includes('//')) return 'an empty segment is not allowed';
  return normalized.path === path ? null : `the path is not in its normal form "${normalized.path}"`;
}
