import { Turnstile } from '#libs/turnstile';

interface Places {
  turnstile: Turnstile;
  tasks: number;
}

/** Runs a bounded number of tasks of each tenant at once; the others of that tenant wait for their turn, in order. */
export class TenantConcurrencyLimit {
  readonly #places = new Map<string, Places>();

  constructor(private readonly capacityPerTenant: number) {}

  /** Resolves or rejects as `task` does. */
  async run<Result>(tenantId: string, task: () => Promise<Result>): Promise<Result> {
    const places = this.#places.get(tenantId) ?? {
      turnstile: new Turnstile(this.capacityPerTenant),
      tasks: 0,
    };
    this.#places.set(tenantId, places);
    places.tasks += 1;
    try {
      return await places.turnstile.run(task);
    } finally {
      places.tasks -= 1;
      if (places.tasks === 0) this.#places.delete(tenantId);
    }
  }
}
