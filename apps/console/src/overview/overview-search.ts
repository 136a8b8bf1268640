import { groupKinds } from '../connections/connections-search.js';
import { wordIn } from '../parts/search-text.js';

export const overviewWindows = ['1m', '10m', '1h'] as const;
export const tenantOrders = ['messages', 'bytes', 'connections', 'handshakes', 'refusals'] as const;
export const liveGroups = groupKinds.filter((kind) => kind !== 'tenant');

/** What the URL of the overview says. */
export interface OverviewSearch {
  window?: (typeof overviewWindows)[number];
  /** The order of tenants. */
  sort?: (typeof tenantOrders)[number];
  /** What the live connections are counted by. */
  by?: (typeof liveGroups)[number];
}

export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  return {
    window: wordIn(search, 'window', overviewWindows),
    sort: wordIn(search, 'sort', tenantOrders),
    by: wordIn(search, 'by', liveGroups),
  };
}
