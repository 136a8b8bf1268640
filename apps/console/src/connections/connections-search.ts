import { textIn, wordIn } from '../parts/search-text.js';

const filterNames = ['tenant', 'route', 'key', 'gateway', 'clientIp', 'upstream'] as const;
const sorts = ['openedAt', 'bytes', 'messages', 'idle', 'roundTrip', 'buffered'] as const;
const orders = sorts.flatMap((sort) => [sort, `-${sort}`] as const);
const connectionViews = ['groups', 'closed'] as const;
/** The properties by which live connections are counted. */
export const groupKinds = ['tenant', 'route', 'key', 'upstream', 'clientIp'] as const;
export type GroupKind = (typeof groupKinds)[number];
export const enders = ['client', 'upstream', 'gateway'] as const;

/** The filters of the list, as the REST API has them. */
export type ConnectionFilters = Partial<Record<(typeof filterNames)[number], string>>;

/** The parameters of the list in the URL. */
export interface ConnectionsSearch extends ConnectionFilters {
  /** The list of live connections by default. */
  view?: (typeof connectionViews)[number];
  /** The groups of the view of groups. */
  by?: GroupKind;
  sort?: (typeof orders)[number];
  endedBy?: (typeof enders)[number];
  code?: string;
}

export function readConnectionsSearch(search: Record<string, unknown>): ConnectionsSearch {
  const text = (name: string): string | undefined => textIn(search, name)?.trim() || undefined;
  return {
    ...Object.fromEntries(filterNames.map((name) => [name, text(name)])),
    view: wordIn(search, 'view', connectionViews),
    by: wordIn(search, 'by', groupKinds),
    sort: wordIn(search, 'sort', orders),
    endedBy: wordIn(search, 'endedBy', enders),
    code: text('code'),
  };
}

/** The filters alone, without those that are not set. */
export function filtersIn(search: ConnectionsSearch): ConnectionFilters {
  const set = filterNames.flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}
