import type { AbortNotice } from '#libs/async';
import type { AcquireResult } from '../connection-limits.js';
import type { CountedLimit } from '../counted-limits.js';
import type { TenantSlots } from './tenant-slots.js';

/** A request for a slot that waits for its answer. */
export interface WaitingRequest {
  tenant: TenantSlots;
  counted: readonly CountedLimit[];
  connectionsPerSecond: number | null;
  signal: AbortNotice | undefined;
  settle: (result: AcquireResult) => void;
}
