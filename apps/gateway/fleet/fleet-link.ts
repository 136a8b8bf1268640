import type { GatewayStatus } from '#libs/contract';
import type { FleetEvent, FleetMembership } from '#libs/fleet';
import type { Configuration } from '#libs/routing';
import type { UpstreamPools } from '#libs/upstreams';
import type { GatewayStateTracker } from '../data-plane/gateway-state.js';
import type { FleetAnswers } from './fleet-answers.js';

type GatewayEvent = Extract<FleetEvent, { gateway: GatewayStatus }>['type'];

export interface FleetLinkInput {
  membership: FleetMembership;
  configuration: Pick<Configuration, 'position' | 'onApplied'>;
  state: Pick<GatewayStateTracker, 'onChanged'>;
  answers: Pick<FleetAnswers, 'answer'>;
  upstreams: Pick<UpstreamPools, 'loads' | 'followFleet'>;
  status: () => GatewayStatus;
}

// The status is announced at most once in this time, however many changes are applied.
const announceEveryMs = 50;

/** Makes this gateway a member of its fleet, from `join` to `leave`. */
export class FleetLink {
  #wasDraining = false;
  #announcement: NodeJS.Timeout | null = null;
  #stopAnnouncing: () => void = () => undefined;

  constructor(private readonly input: FleetLinkInput) {}

  join(): void {
    const { membership, configuration, state, answers, upstreams, status } = this.input;
    membership.join({
      id: status().id,
      status,
      upstreamLoads: (maxCounts) => upstreams.loads(maxCounts),
      onPeerLoads: (peers) => upstreams.followFleet(peers),
      answer: (kind, request) => answers.answer(kind, request),
    });
    state.onChanged((current) => {
      membership.announce();
      const isDraining = current === 'draining';
      if (isDraining) this.#publish('gatewayDraining');
      else if (this.#wasDraining) this.#publish('gatewayResumed');
      this.#wasDraining = isDraining;
    });
    this.#stopAnnouncing = configuration.onApplied(() => this.#announceApplied());
    this.#publish('gatewayStarted');
  }

  async leave(): Promise<void> {
    this.#stopAnnouncing();
    if (this.#announcement) clearTimeout(this.#announcement);
    this.#publish('gatewayStopped');
    await this.input.membership.leave();
  }

  // Announces at once, since the API may wait for the revision, and once more after a series of changes.
  #announceApplied(): void {
    if (this.#announcement) return;
    const { membership, configuration } = this.input;
    const announcedRevision = configuration.position?.revision;
    membership.announce();
    this.#announcement = setTimeout(() => {
      this.#announcement = null;
      if (configuration.position?.revision !== announcedRevision) this.#announceApplied();
    }, announceEveryMs);
  }

  #publish(type: GatewayEvent): void {
    const { membership, status } = this.input;
    membership.publish({ type, at: new Date().toISOString(), gateway: status() });
  }
}
