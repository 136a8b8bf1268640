/**
 * Limits: the number of connections of a tenant, a route, a key and a client address, and the rate of new
 * connections of a tenant. The pipeline acquires a slot for each connection and releases it at its end. Three
 * limiters implement one port: one counts in this process, `fleet/` counts in Redis for all gateways, and
 * `channel/` asks the supervisor of several workers. The bounds of other shared resources (waiting dials,
 * caches, concurrent work) are here too. Message size and message rates are enforced while relaying, in
 * libs/tunnel and libs/engine. Read connection-limits.ts first.
 */
export * from './channel/channel-connection-limiter.js';
export * from './channel/limiter-messages.js';
export * from './channel/slot-server.js';
export * from './connection-limits.js';
export * from './fleet/fleet-connection-limiter.js';
export * from './local-connection-limiter.js';
export { RateBuckets } from './rate-buckets.js';
export { TenantCache } from './tenant-cache.js';
export { TenantConcurrencyLimit } from './tenant-concurrency-limit.js';
export * from './waiting-dials.js';
