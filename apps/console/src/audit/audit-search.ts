import { textIn } from '../parts/search-text.js';

/** The filters of the audit page, as the API takes them. */
export interface AuditSearch {
  tenant?: string;
  actor?: string;
  action?: string;
  /** Local date and time, like `2026-11-29T10:00`. */
  since?: string;
  until?: string;
}

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  return {
    tenant: textIn(search, 'tenant'),
    actor: textIn(search, 'actor'),
    action: textIn(search, 'action'),
    since: textIn(search, 'since'),
    until: textIn(search, 'until'),
  };
}
