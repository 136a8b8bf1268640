import type { FollowerStatus } from '#libs/config-bus';
import { maxRefusalLength, type GatewayStatus } from '#libs/contract';

export type GatewayState = GatewayStatus['state'];

export interface GatewayStateInput {
  isDraining(): boolean;
  /** Whether there is a configuration to serve with. */
  isServing(): boolean;
  follower(): FollowerStatus;
}

/** Whether a gateway serves, or why not; one that refuses what was published continues with what it has. */
export class GatewayStateTracker {
  readonly #listeners: ((state: GatewayState) => void)[] = [];
  #last: GatewayState = 'starting';

  constructor(private readonly input: GatewayStateInput) {}

  get current(): GatewayState {
    if (this.input.isDraining()) return 'draining';
    if (!this.input.isServing()) return 'starting';
    return this.follower.state === 'refusing' ? 'refusing' : 'ready';
  }

  /** How this gateway stands to the published configuration. */
  get follower(): FollowerStatus {
    return this.input.follower();
  }

  /** Why the published configuration is not served, as it is reported to the fleet; null while nothing is refused. */
  get refusal(): string | null {
    const { state, refusal } = this.follower;
    return state === 'refusing' ? (refusal?.slice(0, maxRefusalLength) ?? null) : null;
  }

  /** Calls the listener for each later change. */
  onChanged(listener: (state: GatewayState) => void): void {
    this.#listeners.push(listener);
  }

  /** To be called when the state may have changed. */
  update(): void {
    const { current } = this;
    if (current === this.#last) return;
    this.#last = current;
    for (const listener of this.#listeners) listener(current);
  }
}
