import { textIn, wordIn } from '../parts/search-text.js';

export const tenantStates = ['active', 'suspended'] as const;
const fields = ['slug', 'name', 'createdAt', 'updatedAt'] as const;
const orders = fields.flatMap((field) => [field, `-${field}`] as const);

/** The parameters of the list in the URL. */
export interface TenantsSearch {
  q?: string;
  label?: string;
  status?: (typeof tenantStates)[number];
  sort?: (typeof orders)[number];
}

export function readTenantsSearch(search: Record<string, unknown>): TenantsSearch {
  return {
    q: textIn(search, 'q'),
    label: textIn(search, 'label'),
    status: wordIn(search, 'status', tenantStates),
    sort: wordIn(search, 'sort', orders),
  };
}
