import { compareConditions, conditionsKey, hasConditions, type PublishedRoute } from '#libs/contract';
import type { RequestFacts } from './request-facts.js';

/** The routes with the same host and path: mostly a single route without conditions. */
export type RouteChoice = PublishedRoute | ConditionalRoutes;

/** The route that matches a request, if any. */
export function chosenRoute(choice: RouteChoice, facts: RequestFacts): PublishedRoute | null {
  return choice instanceof ConditionalRoutes ? choice.choose(facts) : choice;
}

/** The route with the same conditions as the given one. */
export function routeWithConditionsOf(
  choice: RouteChoice | undefined,
  { match }: PublishedRoute,
): PublishedRoute | null {
  const key = conditionsKey(match);
  return routesOf(choice).find((other) => conditionsKey(other.match) === key) ?? null;
}

/** The choice with an additional route. */
export function withRoute(choice: RouteChoice | undefined, route: PublishedRoute): RouteChoice {
  return choiceOf([...routesOf(choice), route]) ?? route;
}

/** The choice without the route; undefined if none is left. */
export function withoutRoute(
  choice: RouteChoice | undefined,
  { id }: PublishedRoute,
): RouteChoice | undefined {
  return choiceOf(routesOf(choice).filter((other) => other.id !== id));
}

/**
 * The routes with the same host and path, in the order in which they are tried. The API bounds their
 * number.
 */
class ConditionalRoutes {
  constructor(readonly routes: readonly PublishedRoute[]) {}

  choose(facts: RequestFacts): PublishedRoute | null {
    for (const route of this.routes) if (facts.meet(route.match)) return route;
    return null;
  }
}

function routesOf(choice: RouteChoice | undefined): readonly PublishedRoute[] {
  if (choice === undefined) return [];
  return choice instanceof ConditionalRoutes ? choice.routes : [choice];
}

function choiceOf(routes: readonly PublishedRoute[]): RouteChoice | undefined {
  const [first] = routes;
  if (first === undefined || (routes.length === 1 && !hasConditions(first.match))) return first;
  return new ConditionalRoutes([...routes].sort(compareRoutes));
}

// An id starts with its time of creation, so the older route comes first.
function compareRoutes(one: PublishedRoute, other: PublishedRoute): number {
  return compareConditions(one.match, other.match) || (one.id < other.id ? -1 : 1);
}
