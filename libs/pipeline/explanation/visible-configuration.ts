import type { RequestMessage } from '#libs/handshake';
import { RequestFacts, type Configuration } from '#libs/routing';
import type { AuthenticationInput } from '../authentication.js';

type Visible = AuthenticationInput['configuration'];

/**
 * The configuration as these tenants may see it: a request that leads to a route of another tenant matches
 * nothing, and conditions of other routes do not count. Null: everything is visible.
 */
export function visibleConfiguration(
  configuration: Configuration,
  tenantIds: readonly string[] | null,
  request: RequestMessage,
): Visible {
  if (tenantIds === null) return configuration;
  return {
    position: configuration.position,
    fleetId: configuration.fleetId,
    match: (host, path, facts) => {
      const route = configuration.match(host, path, new RequestFacts(request));
      return route !== null && tenantIds.includes(route.tenantId)
        ? configuration.match(host, path, facts)
        : null;
    },
    tenant: (id) => configuration.tenant(id),
    exhaustion: (subjectId) => configuration.exhaustion(subjectId),
    apiKey: (id) => configuration.apiKey(id),
    apiKeyByPrefix: (prefix) => configuration.apiKeyByPrefix(prefix),
  };
}
