import type { TenantConcurrencyLimit } from '#libs/limits';

/**
 * A query that several tenants may need. One runs at a time, and concurrent callers share its answer. It
 * counts against the limit of the tenant that started it; while it waits for that limit, no other tenant
 * waits for it.
 */
export class SharedQuery<Answer> {
  #running: Promise<Answer> | null = null;

  constructor(private readonly limit: TenantConcurrencyLimit) {}

  ask(tenantId: string, task: () => Promise<Answer>): Promise<Answer> {
    return this.#running ?? this.limit.run(tenantId, () => this.#run(task));
  }

  #run(task: () => Promise<Answer>): Promise<Answer> {
    this.#running ??= task().finally(() => (this.#running = null));
    return this.#running;
  }
}
