// Statuses by which an upstream, or a proxy in front of it, reports that it cannot serve now.
const failures: ReadonlySet<number> = new Set([502, 503, 504]);

/** Why an answer with this status counts against the health of its upstream; null if it does not. */
export function failureOfStatus(status: number): string | null {
  return failures.has(status) ? `it answered with the status ${status}` : null;
}
