import type { ConnectionRegistry, LiveConnection } from '#libs/connections';
import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { AppliedChange } from '#libs/routing';
import type { ConnectionLanes, RateOwner, RateOwners, TrafficTable } from '#libs/tunnel';

export interface ConnectionRatesInput {
  traffic: TrafficTable;
  /** Current values by id. */
  configuration: {
    tenant(id: string): PublishedTenant | null;
    route(id: string): PublishedRoute | null;
    apiKey(id: string): PublishedApiKey | null;
  };
  registry: Pick<ConnectionRegistry, 'get'>;
}

type Limited = Pick<LiveConnection, 'tenant' | 'route' | 'apiKey'>;

/** The rates that limit connections: those of their tenant, route and key in the current configuration. */
export class ConnectionRates {
  constructor(private readonly input: ConnectionRatesInput) {}

  /** Returns the lanes for a new connection, for which `leave` must be called once. */
  join(limited: Limited): ConnectionLanes {
    return this.input.traffic.join(this.#ownersOf(limited));
  }

  leave(lanes: ConnectionLanes): void {
    this.input.traffic.leave(lanes);
  }

  /** Must be called for each connection of a route or a key that may have got its first rate, or lost all. */
  renew(connection: LiveConnection): void {
    const { traffic, registry } = this.input;
    // It may have ended since the review began.
    if (registry.get(connection.id) !== connection) return;
    const lanes = traffic.renew(connection.lanes, this.#ownersOf(connection));
    if (lanes === connection.lanes) return;
    connection.lanes = lanes;
    connection.tunnel.setLanes(lanes);
  }

  /** Changes the rates of those in a change. Connections of a route or a key without rates need `renew`. */
  apply(applied: AppliedChange): void {
    const { traffic } = this.input;
    const ids = applied.kind === 'all' ? traffic.ids() : applied.entries.map(({ id }) => id);
    for (const id of ids) traffic.setRates(id, this.#ratesOf(id));
  }

  #ownersOf({ tenant, route, apiKey }: Limited): RateOwners {
    const { configuration } = this.input;
    return {
      tenant: { id: tenant.id, rates: configuration.tenant(tenant.id)?.limits ?? null },
      route: { id: route.id, rates: configuration.route(route.id) },
      apiKey: apiKey && { id: apiKey.id, rates: configuration.apiKey(apiKey.id) },
    };
  }

  // The prefix of an id differs by kind, so at most one of them has it.
  #ratesOf(id: string): RateOwner['rates'] {
    const { configuration } = this.input;
    return configuration.tenant(id)?.limits ?? configuration.route(id) ?? configuration.apiKey(id);
  }
}
