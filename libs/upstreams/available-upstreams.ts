import type { UpstreamState } from './upstream-state.js';

export interface AvailableUpstreams {
  /** The upstreams over which new connections are balanced. */
  balanced: readonly UpstreamState[];
  /** The upstreams that are tried afterwards, in order. */
  backups: readonly UpstreamState[];
}

/**
 * The upstreams that may get new connections: active and well ones. If less than half of the active
 * upstreams are well, the well backups are balanced with them. Without well backups, health is ignored: the
 * few that are left could not carry all connections, and a fault of the probes must not close a route.
 */
export function availableUpstreams(upstreams: readonly UpstreamState[]): AvailableUpstreams {
  const open = upstreams.filter(({ isAvailable }) => isAvailable);
  const primary = open.filter(({ settings }) => !settings.backup);
  const backups = open.filter(({ settings }) => settings.backup);
  const wellBackups = backups.filter(isWell);
  if (primary.length === 0) return { balanced: enough(backups) ?? backups, backups: [] };
  const well = enough(primary);
  if (well) return { balanced: well, backups: wellBackups };
  if (wellBackups.length > 0) return { balanced: [...primary.filter(isWell), ...wellBackups], backups: [] };
  return { balanced: primary, backups };
}

/** The well upstreams; null if they are less than half. */
function enough(upstreams: readonly UpstreamState[]): readonly UpstreamState[] | null {
  const well = upstreams.filter(isWell);
  return well.length * 2 >= upstreams.length ? well : null;
}

function isWell({ health }: UpstreamState): boolean {
  return health.isWell;
}
