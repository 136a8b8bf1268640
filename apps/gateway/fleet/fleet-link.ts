import { Inject, Injectable } from '@nestjs/common';
import type { GatewayStatus } from '#libs/contract';
import type { FleetEvent } from '#libs/fleet';
import { DataPlane } from '../data-plane/data-plane.js';
import { gatewayParts, type GatewayParts } from '../data-plane/gateway-options.js';
import { refusalOf } from '../data-plane/gateway-state.js';
import { FleetAnswers } from './fleet-answers.js';

type GatewayEvent = Extract<FleetEvent, { gateway: GatewayStatus }>['type'];

// However many changes come, Redis hears of them so often.
const announceEveryMs = 50;

/** This gateway as the fleet sees it, from `join` to `leave`. */
@Injectable()
export class FleetLink {
  readonly #answers: FleetAnswers;
  #announcement: NodeJS.Timeout | null = null;
  #stopAnnouncing: () => void = () => undefined;

  constructor(
    @Inject(gatewayParts) private readonly parts: GatewayParts,
    private readonly dataPlane: DataPlane,
  ) {
    const { registry, slices, traffic, keyUses, taps, drain } = dataPlane;
    this.#answers = new FleetAnswers({
      gatewayId: parts.identity.id,
      registry,
      slices,
      traffic,
      keyUses,
      taps,
      drain,
      drainPeriodMs: parts.settings.drainSeconds * 1000,
      onDrainAsked: (periodMs) => parts.supervision?.onDrainAsked(periodMs),
      status: () => this.status(),
    });
  }

  join(): void {
    const { membership, identity } = this.parts;
    membership.join({
      id: identity.id,
      status: () => this.status(),
      answer: (kind, question) => this.#answers.answer(kind, question),
    });
    this.dataPlane.onStateChanged((state) => {
      membership.announce();
      if (state === 'draining') this.#tell('gatewayDraining');
    });
    this.#stopAnnouncing = this.dataPlane.configuration.onApplied(() => this.#announceApplied());
    this.#tell('gatewayStarted');
  }

  async leave(): Promise<void> {
    this.#stopAnnouncing();
    if (this.#announcement) clearTimeout(this.#announcement);
    this.#tell('gatewayStopped');
    await this.parts.membership.leave();
  }

  status(): GatewayStatus {
    const { id, version, startedAt } = this.parts.identity;
    const { state, follower, registry, configuration, drain } = this.dataPlane;
    return {
      id,
      supervisorId: this.parts.supervision?.supervisorId ?? null,
      version,
      startedAt: startedAt.toISOString(),
      appliedRevision: configuration.position?.revision ?? null,
      connections: registry.size,
      state,
      refusal: refusalOf(follower.status),
      drain: drain.progress,
    };
  }

  // At once, and after many changes in a row once more: somebody may wait for what was applied.
  #announceApplied(): void {
    if (this.#announcement) return;
    const { membership } = this.parts;
    const announcedRevision = this.dataPlane.configuration.position?.revision;
    membership.announce();
    this.#announcement = setTimeout(() => {
      this.#announcement = null;
      if (this.dataPlane.configuration.position?.revision !== announcedRevision) this.#announceApplied();
    }, announceEveryMs);
  }

  #tell(type: GatewayEvent): void {
    this.parts.membership.publish({ type, at: new Date().toISOString(), gateway: this.status() });
  }
}
