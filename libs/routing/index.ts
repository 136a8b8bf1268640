/**
 * Routing: the configuration that a gateway serves, and the table that finds the route for a host and a path.
 * The configuration bus fills it, the pipeline reads it. Read configuration.ts first, then route-table.ts.
 */
export * from './configuration.js';
export type { Exhaustion } from './exhaustion.js';
export { pathParametersOf, type PathParameters } from './path-parameters.js';
export { leadsElsewhere, restLeadsElsewhere } from './path-readings.js';
export { RequestFacts } from './request-facts.js';
export * from './route-table.js';
