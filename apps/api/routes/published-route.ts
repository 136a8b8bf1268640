import type { ConfigEntry } from '#libs/contract';
import type { RouteRow } from '../database/entities/route.entity.js';

/** A route as gateways receive it; a disabled one is published as disabled. */
export function routeEntry({ id, tenantId, definition }: RouteRow): ConfigEntry {
  return { kind: 'route', id, value: { id, tenantId, ...definition } };
}
