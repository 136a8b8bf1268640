import type { ConnectionRegistry } from '#libs/connections';
import type { GatewayStatus } from '#libs/contract';
import type { Configuration } from '#libs/routing';
import type { UpstreamPools } from '#libs/upstreams';
import type { Drain } from '../data-plane/drain.js';
import type { GatewayParts } from '../data-plane/gateway-options.js';
import type { GatewayStateTracker } from '../data-plane/gateway-state.js';
import { describeGateway } from './describe-gateway.js';
import { FleetAnswers, type FleetAnswersInput } from './fleet-answers.js';
import { FleetLink } from './fleet-link.js';

export interface CreateFleetLinkInput extends Pick<
  FleetAnswersInput,
  'slices' | 'traffic' | 'keyUses' | 'usage' | 'history' | 'explainer' | 'taps' | 'closed' | 'rebalances'
> {
  parts: Pick<GatewayParts, 'identity' | 'membership' | 'supervision' | 'settings'>;
  configuration: Configuration;
  connections: ConnectionRegistry;
  state: GatewayStateTracker;
  drain: Drain;
  upstreams: UpstreamPools;
}

/** Creates the membership of a gateway in its fleet, with what it reports and answers there. */
export function createFleetLink({ parts, configuration, ...input }: CreateFleetLinkInput): FleetLink {
  const { identity, membership, supervision, settings } = parts;
  const { connections, state, drain, ...answered } = input;
  const { upstreams } = answered;
  const supervisorId = supervision?.supervisorId ?? null;
  const status = (): GatewayStatus =>
    describeGateway({ identity, supervisorId, configuration, connections, state, drain });
  const answers = new FleetAnswers({
    ...answered,
    gatewayId: identity.id,
    registry: connections,
    configuration,
    drain,
    maxHeaderBytes: settings.maxHeaderBytes,
    drainPeriodMs: settings.drainSeconds * 1000,
    onDrainAsked: (periodMs) => supervision?.onDrainAsked(periodMs),
    onUndrainAsked: () => supervision?.onUndrainAsked(),
    status,
  });
  return new FleetLink({ membership, configuration, state, answers, upstreams, status });
}
