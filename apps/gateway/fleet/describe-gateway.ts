import type { GatewayStatus } from '#libs/contract';
import type { Drain } from '../data-plane/drain.js';
import type { GatewayIdentity } from '../data-plane/gateway-options.js';
import type { GatewayStateTracker } from '../data-plane/gateway-state.js';

export interface DescribedGateway {
  identity: GatewayIdentity;
  /** Null: it has no supervisor. */
  supervisorId: string | null;
  configuration: { readonly position: { readonly revision: number } | null };
  connections: { readonly size: number };
  state: Pick<GatewayStateTracker, 'current' | 'refusal'>;
  drain: Pick<Drain, 'progress'>;
}

/** The current state of this gateway, in the form of the contract. */
export function describeGateway(gateway: DescribedGateway): GatewayStatus {
  const { identity, supervisorId, configuration, connections, state, drain } = gateway;
  const { id, version, startedAt } = identity;
  return {
    id,
    supervisorId,
    version,
    startedAt: startedAt.toISOString(),
    appliedRevision: configuration.position?.revision ?? null,
    connections: connections.size,
    state: state.current,
    refusal: state.refusal,
    drain: drain.progress,
  };
}
