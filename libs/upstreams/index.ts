/**
 * Upstreams: the state of the upstreams of each route, choosing among them (balancing/), resolving their
 * names (names/), checking their addresses against the policy (addresses/), and connecting to one of them,
 * with TLS if its URL requires it (dialing/). The pipeline dials with it. Read upstream-pools.ts and
 * dialing/dial-upstreams.ts first.
 */
export { createAddressPolicy, type AddressPolicy } from './addresses/address-policy.js';
export type { ConnectedSocket, ConnectPlain } from './dialing/connect-result.js';
export type { Dialed, DialFailure, LookupAddresses } from './dialing/dial-options.js';
export { dialFirst, startDialing, type DialUpstreamsOptions } from './dialing/dial-upstreams.js';
export { previewDial, type DialPreview } from './dialing/preview-dial.js';
export type { FindServices } from './discovery/service-record.js';
export { HealthChecks } from './health/health-checks.js';
export type { HealthTransition } from './health/route-health.js';
export type { HealthState } from './health/upstream-health.js';
export { NameResolver } from './names/name-resolver.js';
export { reserveServer } from './addresses/reserve-server.js';
export { ReservedEndpoints } from './addresses/reserved-endpoints.js';
export { resolveUpstream } from './dialing/resolve-upstream.js';
export { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';
export type { StickyToken } from './balancing/sticky-tokens.js';
export { UpstreamPools } from './upstream-pools.js';
export type { UpstreamState } from './upstream-state.js';
export type { UpstreamTurn } from './upstream-turn.js';
