import type { Route } from './use-routes.js';

/** Host and path of a route; a route of any host has none. */
export function placeOf({ match: { host, path } }: Pick<Route, 'match'>): string {
  return `${host === '*' ? '' : host}${path}`;
}
