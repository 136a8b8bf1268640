/**
 * Connections: the live connections of a gateway, registered by id, tenant, route and key, so that they can
 * be listed, counted and closed. The gateway fills the registry; the pipeline's reviewer and the answers to
 * the API read it. Read connection-registry.ts first.
 */
export * from './connection-registry.js';
export { groupOf } from './connection-values.js';
export * from './first-in-order.js';
export { GroupCounts } from './group-counts.js';
export * from './live-connection.js';
export * from './spread-close.js';
