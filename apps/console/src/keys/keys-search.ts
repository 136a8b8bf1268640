import { textIn, wordIn } from '../parts/search-text.js';

export const keyScopes = ['connect', 'read', 'manage'] as const;
export const keyStates = ['revoked', 'all'] as const;
const fields = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const;
const orders = fields.flatMap((field) => [field, `-${field}`] as const);

/** The parameters of the list in the URL. Without `state`, it shows keys that are not revoked. */
export interface KeysSearch {
  q?: string;
  tenant?: string;
  label?: string;
  route?: string;
  scope?: (typeof keyScopes)[number];
  state?: (typeof keyStates)[number];
  sort?: (typeof orders)[number];
}

export function readKeysSearch(search: Record<string, unknown>): KeysSearch {
  return {
    q: textIn(search, 'q'),
    tenant: textIn(search, 'tenant'),
    label: textIn(search, 'label'),
    route: textIn(search, 'route'),
    scope: wordIn(search, 'scope', keyScopes),
    state: wordIn(search, 'state', keyStates),
    sort: wordIn(search, 'sort', orders),
  };
}
