import { ConcurrencyLimit } from '#libs/async';

interface TenantTasks {
  limit: ConcurrencyLimit;
  /** The number of running and waiting tasks. */
  count: number;
}

/** Runs a bounded number of tasks of each tenant at once; its other tasks wait for their turn, in order. */
export class TenantConcurrencyLimit {
  readonly #byTenant = new Map<string, TenantTasks>();

  constructor(private readonly capacityPerTenant: number) {}

  /** Resolves or rejects as `task` does. */
  async run<Result>(tenantId: string, task: () => Promise<Result>): Promise<Result> {
    const tasks = this.#byTenant.get(tenantId) ?? {
      limit: new ConcurrencyLimit(this.capacityPerTenant),
      count: 0,
    };
    this.#byTenant.set(tenantId, tasks);
    tasks.count += 1;
    try {
      return await tasks.limit.run(task);
    } finally {
      tasks.count -= 1;
      if (tasks.count === 0) this.#byTenant.delete(tenantId);
    }
  }
}
