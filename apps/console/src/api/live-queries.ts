import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import type { ApiEvent } from './api-event.js';
import { queryKeys } from './query-keys.js';

// Each refresh of a list is a question to all gateways.
const refreshEveryMs = 1000;
const liveKinds = ['connections', 'upstreams', 'gateways', 'usage', 'overview', 'rebalance'];
const kindsOfResource: Readonly<Record<string, readonly string[]>> = {
  tenant: ['tenants', 'usage'],
  route: ['routes', 'upstreams'],
  apiKey: ['apiKeys'],
};
const kindsOfChange = ['audit', 'configuration', 'newestRevision', 'gateways', 'names'];

/** Reads the answers again that events say are out of date, once a second at most, while the page is seen. */
export class LiveQueries {
  readonly #kinds = new Set<string>();
  #timer: number | null = null;

  constructor(private readonly client: QueryClient) {
    document.addEventListener('visibilitychange', this.#schedule);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#schedule);
    if (this.#timer !== null) window.clearTimeout(this.#timer);
  }

  take(event: ApiEvent): void {
    switch (event.type) {
      case 'change':
        this.#add(...kindsOfChange, ...event.kinds.flatMap((kind) => kindsOfResource[kind] ?? []));
        return;
      case 'connections':
        this.#add('connections', 'usage');
        return;
      case 'upstreams':
      case 'gateways':
        this.#add(event.type);
        return;
      case 'live':
        return;
    }
  }

  /** The changes since the last event follow; what gateways do is not replayed. */
  resume(): void {
    this.#add(...liveKinds);
    void this.client.refetchQueries({
      predicate: (query) => query.state.status === 'error' && isRefreshed(query),
    });
  }

  /** Anything may have changed. */
  refreshAll(): void {
    void this.client.invalidateQueries({ predicate: isRefreshed });
  }

  #add(...kinds: readonly string[]): void {
    for (const kind of kinds) this.#kinds.add(kind);
    this.#schedule();
  }

  readonly #schedule = (): void => {
    if (this.#kinds.size === 0 || document.hidden) return;
    this.#timer ??= window.setTimeout(() => this.#refresh(), refreshEveryMs);
  };

  #refresh(): void {
    this.#timer = null;
    const kinds = new Set(this.#kinds);
    this.#kinds.clear();
    void this.client.invalidateQueries({
      predicate: (query) => isRefreshed(query) && kinds.has(kindOf(query.queryKey)),
    });
  }
}

/** A route that is being edited stays as it was opened, and a question is asked again by the user alone. */
function isRefreshed({ queryKey }: Query): boolean {
  const [kind, view] = queryKey;
  const isEdited = kind === 'routes' && view === 'one';
  return !isEdited && kind !== 'explanation' && kind !== queryKeys.session[0];
}

function kindOf([kind]: QueryKey): string {
  return typeof kind === 'string' ? kind : '';
}
