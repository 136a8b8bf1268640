import { textIn, wordIn } from '../parts/search-text.js';

export const pathTypes = ['prefix', 'exact', 'template', 'regex'] as const;
export const enabledStates = ['true', 'false'] as const;
const fields = ['name', 'host', 'createdAt', 'updatedAt'] as const;
const orders = fields.flatMap((field) => [field, `-${field}`] as const);

/** The parameters of the list in the URL. */
export interface RoutesSearch {
  q?: string;
  tenant?: string;
  label?: string;
  host?: string;
  upstream?: string;
  enabled?: (typeof enabledStates)[number];
  pathType?: (typeof pathTypes)[number];
  sort?: (typeof orders)[number];
  /** The URL in the match tester. */
  match?: string;
}

export function readRoutesSearch(search: Record<string, unknown>): RoutesSearch {
  return {
    q: textIn(search, 'q'),
    tenant: textIn(search, 'tenant'),
    label: textIn(search, 'label'),
    host: textIn(search, 'host'),
    upstream: textIn(search, 'upstream'),
    enabled: wordIn(search, 'enabled', enabledStates),
    pathType: wordIn(search, 'pathType', pathTypes),
    sort: wordIn(search, 'sort', orders),
    match: textIn(search, 'match'),
  };
}
