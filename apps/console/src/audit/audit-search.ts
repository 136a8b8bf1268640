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
  const text = (name: string): string | undefined =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
  return {
    tenant: text('tenant'),
    actor: text('actor'),
    action: text('action'),
    since: text('since'),
    until: text('until'),
  };
}
