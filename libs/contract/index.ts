/**
 * Contract: the schemas of the published configuration (tenants, routes, keys, changes) and of the reports of
 * gateways (status, connections), with their TypeScript types. The API validates requests and builds its
 * OpenAPI document from them; gateways validate received messages. It imports no other lib. Read route.ts
 * first.
 */
export * from './api-key.js';
export * from './change.js';
export { checkOrigin, originToKeep, type OriginCheckResult } from './check-origin.js';
export * from './closed-connection.js';
export * from './connection.js';
export * from './explain-request.js';
export * from './explanation.js';
export * from './field-rules.js';
export * from './fields.js';
export * from './gateway.js';
export * from './header-fields.js';
export {
  escapeHeaderText,
  parseHeaderTemplate,
  type HeaderVariable,
  type TemplatePart,
} from './header-template.js';
export * from './host.js';
export * from './identifiers.js';
export * from './jwt-auth.js';
export * from './key-verification.js';
export * from './labels.js';
export type { Maintenance } from './maintenance.js';
export * from './merge-patch.js';
export * from './overview.js';
export { PathRegex } from './path-regex.js';
export { parsePathTemplate, templateStart } from './path-template.js';
export * from './quota.js';
export * from './rebalance.js';
export * from './repeated-items.js';
export { requestIdFrom, requestIdHeader } from './request-id.js';
export * from './request-path.js';
export * from './route.js';
export { upstreamSchema, type HashKey, type Upstream } from './route-balancing.js';
export * from './rsa-bounds.js';
export { splitOutsideQuotes } from './split-outside-quotes.js';
export type { RouteCors } from './route-cors.js';
export type { HeaderChanges } from './route-headers.js';
export { prefixReplacement } from './route-rewriting.js';
export type { QueueBounds } from './route-queue.js';
export type { RetryRule } from './route-retries.js';
export { healthCheckSchema, type HealthCheck } from './route-health.js';
export { compareConditions, conditionsKey, hasConditions } from './route-conditions.js';
export {
  isPattern,
  matchKey,
  placeKey,
  regexPlace,
  routeMatchSchema,
  type RouteMatch,
} from './route-match.js';
export * from './route-rules.js';
export * from './session.js';
export * from './sticky-key.js';
export * from './tenant.js';
export * from './ticket.js';
export * from './upstream-health.js';
export { upstreamId } from './upstream-id.js';
export * from './upstream-tls.js';
export * from './usage.js';
export * from './webhook.js';
