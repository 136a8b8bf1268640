/**
 * Every error that Sluice reports, by its stable code. The title is public and constant; details of one
 * occurrence go into `detail`. docs/error-codes.md says what to check for each code.
 */
export const problems = {
  // The gateway, before the upgrade (design: "Answers before the upgrade").
  bad_handshake: { status: 400, title: 'Not a valid WebSocket upgrade request' },
  bad_path: { status: 400, title: 'The path is ambiguous' },
  key_required: { status: 401, title: 'An API key is required' },
  key_invalid: { status: 401, title: 'The API key is not valid' },
  key_expired: { status: 401, title: 'The API key has expired' },
  ticket_invalid: { status: 401, title: 'The ticket is not valid' },
  token_required: { status: 401, title: 'A token is required' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  token_expired: { status: 401, title: 'The token has expired' },
  tenant_suspended: { status: 403, title: 'The tenant is suspended' },
  origin_forbidden: { status: 403, title: 'The origin is not allowed here' },
  client_certificate_required: { status: 403, title: 'A valid client certificate is required' },
  key_forbidden: { status: 403, title: 'The API key may not do this' },
  token_forbidden: { status: 403, title: 'The token does not have the claims that this route requires' },
  no_route: { status: 404, title: 'No route matches' },
  body_forbidden: { status: 413, title: 'An upgrade request has no body' },
  uri_too_long: { status: 414, title: 'The request target is too long' },
  version_unsupported: { status: 426, title: 'Only WebSocket version 13 is supported' },
  connection_limit: { status: 429, title: 'A connection limit is reached' },
  connect_rate: { status: 429, title: 'Too many new connections' },
  usage_quota: { status: 429, title: 'The quota of this month is used up' },
  request_rate: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request header is too large' },
  upstream_refused: { status: 502, title: 'The upstream does not accept connections' },
  upstream_bad_handshake: { status: 502, title: 'The upstream did not answer with a valid handshake' },
  upstream_forbidden_address: { status: 502, title: 'The upstream address is not allowed' },
  draining: { status: 503, title: 'This gateway is draining' },
  maintenance: { status: 503, title: 'New connections are not accepted now' },
  limits_unavailable: { status: 503, title: 'Limits cannot be counted now' },
  tickets_unavailable: { status: 503, title: 'Tickets cannot be redeemed now' },
  upstream_unavailable: { status: 503, title: 'No upstream takes new connections now' },
  upstream_busy: { status: 503, title: 'Too many requests wait for the upstream' },
  token_keys_unavailable: { status: 503, title: 'The keys that verify tokens are not available' },
  upstream_timeout: { status: 504, title: 'The upstream did not answer in time' },
  loop_detected: { status: 508, title: 'The request returned to the gateways that sent it' },

  // The REST API.
  malformed_json: { status: 400, title: 'The body is not valid, unambiguous JSON' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor was not issued by this list' },
  unauthorized: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'This credential may not do this' },
  host_forbidden: { status: 403, title: 'The tenant may not claim this host' },
  not_found: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  body_timeout: { status: 408, title: 'The body was not received in time' },
  slug_taken: { status: 409, title: 'The slug is taken' },
  route_conflict: { status: 409, title: 'Another enabled route has the same host, path and conditions' },
  name_conflict: { status: 409, title: 'Another resource of the tenant has this name' },
  quota_exceeded: { status: 409, title: 'The tenant has reached its quota' },
  deletes_tenants: { status: 409, title: 'The document deletes tenants without confirmation' },
  rebalance_not_possible: { status: 409, title: 'The hash of this route decides where its connections go' },
  gateway_stopping: { status: 409, title: 'The gateway is stopping' },
  key_revoked: { status: 409, title: 'The API key is revoked' },
  operator_revoked: { status: 409, title: 'The operator is revoked' },
  key_shown_once: { status: 409, title: 'The secret was already issued, and is shown only once' },
  idempotency_conflict: { status: 409, title: 'A request with this Idempotency-Key is still running' },
  revision_gone: { status: 410, title: 'The changes after this revision are not kept' },
  precondition_failed: { status: 412, title: 'The resource has changed since it was read' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type of the body is not supported' },
  validation_failed: { status: 422, title: 'A field of the body is not valid' },
  idempotency_mismatch: { status: 422, title: 'The Idempotency-Key was used for another request' },
  too_many_failures: { status: 429, title: 'Too many wrong credentials from this address' },
  write_rate: { status: 429, title: 'The tenant exceeds its write rate' },
  tap_limit: { status: 429, title: 'The gateway has reached its limit of taps' },
  test_connection_limit: { status: 429, title: 'Too many test connections are open' },
  internal_error: { status: 500, title: 'An unexpected error in Sluice' },
  storage_unavailable: { status: 503, title: 'The database cannot be written' },
  documents_busy: { status: 503, title: 'Other documents are still being applied' },
  fleet_unavailable: { status: 503, title: 'The gateways cannot be reached now' },
  fleet_incomplete: { status: 503, title: 'A gateway did not answer in time' },
} as const;

export type ProblemCode = keyof typeof problems;

/** The codes with which the gateway answers instead of an upgrade. */
export type RefusalCode = Extract<
  ProblemCode,
  | 'bad_handshake'
  | 'bad_path'
  | 'key_required'
  | 'key_invalid'
  | 'key_expired'
  | 'ticket_invalid'
  | 'token_required'
  | 'token_invalid'
  | 'token_expired'
  | 'tenant_suspended'
  | 'origin_forbidden'
  | 'client_certificate_required'
  | 'key_forbidden'
  | 'token_forbidden'
  | 'no_route'
  | 'body_forbidden'
  | 'uri_too_long'
  | 'version_unsupported'
  | 'connection_limit'
  | 'connect_rate'
  | 'usage_quota'
  | 'request_rate'
  | 'method_not_allowed'
  | 'body_timeout'
  | 'body_too_large'
  | 'headers_too_large'
  | 'upstream_refused'
  | 'upstream_bad_handshake'
  | 'upstream_forbidden_address'
  | 'draining'
  | 'maintenance'
  | 'limits_unavailable'
  | 'tickets_unavailable'
  | 'upstream_unavailable'
  | 'upstream_busy'
  | 'token_keys_unavailable'
  | 'upstream_timeout'
  | 'loop_detected'
>;
