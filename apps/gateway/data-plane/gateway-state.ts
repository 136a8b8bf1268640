import type { FollowerStatus } from '#libs/config-bus';
import { maxRefusalLength, type GatewayStatus } from '#libs/contract';

export type GatewayState = GatewayStatus['state'];

export interface GatewayStateInput {
  isDraining(): boolean;
  /** Whether there is a configuration to serve with. */
  isServing(): boolean;
  follower(): FollowerStatus;
}

/**
 * Tracks whether a gateway serves, or why not. A gateway that refuses a published change continues with its
 * configuration.
 */
export class GatewayStateTracker {
  readonly #listeners: ((state: GatewayState) => void)[] = [];
  #last: GatewayState = 'starting';

  constructor(private readonly input: GatewayStateInput) {}

  get current(): GatewayState {
    if (this.input.isDraining()) return 'draining';
    if (!this.input.isServing()) return 'starting';
    return this.follower.state === 'refusing' ? 'refusing' : 'ready';
  }

  /** The state of this gateway relative to the published configuration. */
  get follower(): FollowerStatus {
    return this.input.follower();
  }

  /** The reported reason why the published configuration is not served; null while nothing is refused. */
  get refusal(): string | null {
    const { state, refusal } = this.follower;
    return state === 'refusing' ? (refusal?.slice(0, maxRefusalLength) ?? null) : null;
  }

  /** Calls the listener for each later change. */
  onChanged(listener: (state: GatewayState) => void): void {
    this.#listeners.push(listener);
  }

  /** Call it when the state may have changed. */
  update(): void {
    const { current } = this;
    if (current === this.#last) return;
    this.#last = current;
    for (const listener of this.#listeners) listener(current);
  }
}
