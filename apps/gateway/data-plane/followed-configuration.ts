import { join } from 'node:path';
import { ConfigFollower, SnapshotFile, type FollowerStatus } from '#libs/config-bus';
import type { Configuration } from '#libs/routing';
import type { GatewayParts } from './gateway-options.js';
import { GatewayStateTracker } from './gateway-state.js';

export interface FollowedConfigurationInput {
  parts: Pick<GatewayParts, 'settings' | 'source' | 'membership' | 'supervision' | 'logger'>;
  configuration: Configuration;
  isDraining: () => boolean;
  onStatus(status: FollowerStatus): void;
}

/**
 * Keeps a configuration equal to the published one, and reports to the fleet what that
 * makes of the gateway's state.
 */
export class FollowedConfiguration {
  readonly state: GatewayStateTracker;
  readonly #snapshotFile: SnapshotFile;
  readonly #follower: ConfigFollower;
  #reportedRefusal: string | null = null;

  constructor(private readonly input: FollowedConfigurationInput) {
    const { parts, configuration, isDraining } = input;
    const { settings, source, supervision, logger } = parts;
    const path = join(settings.dataDir, 'gateway-snapshot.jsonl');
    this.#snapshotFile = new SnapshotFile({ path, logger, isKept: !supervision });
    this.#follower = new ConfigFollower({
      source,
      consumer: configuration,
      logger,
      snapshotFile: this.#snapshotFile,
      onStatus: (status) => this.#onStatus(status),
    });
    this.state = new GatewayStateTracker({
      isDraining,
      isServing: () => configuration.position !== null,
      follower: () => this.#follower.status,
    });
  }

  /**
   * Resolves when a configuration is applied, from the bus or else from the snapshot
   * file, or when neither has one.
   */
  async start(): Promise<void> {
    await this.#follower.start();
  }

  async stop(): Promise<void> {
    await this.#follower.stop();
  }

  /** Whether applied configurations are kept in the snapshot file. */
  keepSnapshot(isKept: boolean): void {
    this.#snapshotFile.setKept(isKept);
  }

  #onStatus(status: FollowerStatus): void {
    this.input.onStatus(status);
    this.state.update();
    const { refusal } = this.state;
    if (refusal !== this.#reportedRefusal) this.input.parts.membership.announce();
    this.#reportedRefusal = refusal;
  }
}
