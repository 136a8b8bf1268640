import type { ConfigSnapshot } from '#libs/contract';
import type { StoredSnapshot } from './ports.js';
export interface SnapshotFile {
  read(): Promise<{ ok: true; snapshot: StoredSnapshot } | { ok: false }>;
  keep(take: () => ConfigSnapshot | null): void;
  close(): Promise<void>;
}
