import { parsePathTemplate, type RouteMatch } from '#libs/contract';
import { compiledRegexOf } from './compiled-regex.js';

/** Values of parameters by name. */
export type PathParameters = ReadonlyMap<string, string>;

const none: PathParameters = new Map();

/**
 * The parameters of a matched path, with their values as in the path: encoded, in the normal form.
 *
 * @param path in its normal form
 */
export function pathParametersOf(match: RouteMatch, path: string): PathParameters {
  switch (match.pathType) {
    case 'template':
      return templateParameters(match.path, path);
    case 'regex':
      return compiledRegexOf(match).parametersOf(path);
    case 'exact':
    case 'prefix':
      return none;
    default:
      return match.pathType satisfies never;
  }
}

function templateParameters(text: string, path: string): PathParameters {
  const template = parsePathTemplate(text);
  if (!template.ok) return none;
  const values = path.slice(1).split('/');
  const parameters = new Map<string, string>();
  for (const [index, segment] of template.segments.entries()) {
    if ('parameter' in segment) parameters.set(segment.parameter, values[index] ?? '');
  }
  return parameters;
}
