import type { ConfigPosition } from '#libs/contract';

/**
 * - `waiting`: the bus has not been read yet, or has nothing stored.
 * - `following`: the stored configuration is applied.
 * - `detached`: the bus cannot be reached.
 * - `refusing`: some entry cannot be applied; `refusal` names it and says why. Everything else is applied.
 */
export type FollowerState = 'waiting' | 'following' | 'detached' | 'refusing';

/** The state of a gateway relative to the published configuration. */
export interface FollowerStatus {
  readonly state: FollowerState;
  /** Null until a first configuration has been applied: this gateway cannot serve yet. */
  readonly appliedPosition: ConfigPosition | null;
  readonly refusal: string | null;
  /** The source that last confirmed the applied configuration: the bus, or so far only the snapshot file. */
  readonly source: 'bus' | 'file' | null;
}

export const initialStatus: FollowerStatus = {
  state: 'waiting',
  appliedPosition: null,
  refusal: null,
  source: null,
};

export function isSameStatus(left: FollowerStatus, right: FollowerStatus): boolean {
  return (
    left.state === right.state &&
    left.refusal === right.refusal &&
    left.source === right.source &&
    left.appliedPosition?.epoch === right.appliedPosition?.epoch &&
    left.appliedPosition?.revision === right.appliedPosition?.revision
  );
}
