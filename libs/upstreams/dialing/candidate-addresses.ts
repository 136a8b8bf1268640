import type { AddressPolicy } from '../addresses/address-policy.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

/**
 * The addresses of one upstream that remain to be dialed: those that the policy allows, each once, up to a
 * bound.
 */
export class CandidateAddresses {
  // At most a few, for which an array costs less than a set.
  readonly #taken: string[] = [];
  #waiting: string[] = [];

  constructor(
    private readonly endpoint: UpstreamEndpoint,
    private readonly policy: AddressPolicy,
    private readonly maxAttempts: number,
  ) {}

  get count(): number {
    return this.#waiting.length;
  }

  take(): string | undefined {
    const address = this.#waiting.shift();
    if (address !== undefined) this.#taken.push(address);
    return address;
  }

  /** Replaces the remaining addresses by those that the upstream has now. */
  replace(addresses: readonly string[]): void {
    const { endpoint, policy, maxAttempts } = this;
    this.#waiting = (addresses.length > 1 ? [...new Set(addresses)] : addresses)
      .filter((address) => !this.#taken.includes(address) && policy.isAllowed(address, endpoint.port))
      .slice(0, Math.max(0, maxAttempts - this.#taken.length));
  }
}
