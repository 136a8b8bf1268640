export const adminToken = 'an-admin-token-for-tests';

/**
 * The settings of every Sluice in a test, an attack or a chaos run: free ports and upstreams on 127.0.0.1.
 */
export const testSettings: Readonly<Record<string, string>> = {
  SLUICE_API_LISTEN: '127.0.0.1:0',
  SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
  SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
  SLUICE_ECHO_LISTEN: '127.0.0.1:0',
  SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
  SLUICE_DRAIN_SECONDS: '1',
  // All clients of a test have one address, and many of them are refused.
  SLUICE_MAX_PENDING_PER_ADDRESS: '0',
};
