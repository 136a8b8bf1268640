import type { TenantConcurrencyLimit } from '#libs/limits';

/**
 * A question that several tenants may ask: it is asked once at a time, and who comes meanwhile waits for the same answer. It is asked
 * in a place of one tenant; while it waits for that place, it keeps no other tenant waiting.
 */
export class SharedQuestion<Answer> {
  #running: Promise<Answer> | null = null;

  constructor(private readonly places: TenantConcurrencyLimit) {}

  ask(tenantId: string, task: () => Promise<Answer>): Promise<Answer> {
    return this.#running ?? this.places.run(tenantId, () => this.#run(task));
  }

  #run(task: () => Promise<Answer>): Promise<Answer> {
    this.#running ??= task().finally(() => (this.#running = null));
    return this.#running;
  }
}
