import { parsePathTemplate, type RouteMatch } from '#libs/contract';

/** Values of parameters by name. */
export type PathParameters = ReadonlyMap<string, string>;

const none: PathParameters = new Map();

/**
 * The parameters of a matched path, with their values as in the path: encoded, in the normal form.
 *
 * @param path in its normal form
 */
export function pathParametersOf({ path: template, pathType }: RouteMatch, path: string): PathParameters {
  return pathType === 'template' ? templateParameters(template, path) : none;
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
