import {
  isPattern,
  normalizePath,
  parseHeaderTemplate,
  prefixReplacement,
  type PublishedRoute,
} from '#libs/contract';
import { pathParametersOf } from '#libs/routing';

type RewritingRoute = Pick<PublishedRoute, 'match' | 'rewrite'>;

/**
 * The replacement for the matched part of a path, with the values of the path's parameters; empty if that
 * part is removed, null if the path is unchanged.
 *
 * @param path in its normal form
 */
export function pathReplacement({ match, rewrite }: RewritingRoute, path: string): string | null {
  const replacement = prefixReplacement(rewrite);
  if (!replacement?.includes('$') || !isPattern(match)) return replacement;
  const template = parseHeaderTemplate(replacement);
  if (!template.ok) return replacement;
  const parameters = pathParametersOf(match, path);
  return template.parts
    .map((part) => ('text' in part ? part.text : (parameters.get(part.variable) ?? '')))
    .join('');
}

/**
 * Whether the values of parameters turn the replacement into a path that servers interpret differently, such
 * as one with an empty segment or a dot segment.
 */
export function hasAmbiguousReplacement(route: RewritingRoute, path: string): boolean {
  if (!isPattern(route.match)) return false;
  const replacement = pathReplacement(route, path);
  if (!replacement) return false;
  const normalized = normalizePath(replacement, { encodedSlash: route.match.encodedSlash });
  return !normalized.ok || normalized.path !== replacement || replacement.includes('//');
}
