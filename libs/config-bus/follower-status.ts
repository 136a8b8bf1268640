import type { ConfigPosition } from '#libs/contract';

/**
 * - `waiting`: the bus has not been read yet, or has nothing stored.
 * - `following`: the stored configuration is applied.
 * - `detached`: the bus cannot be reached.
 * - `refusing`: some entry cannot be applied; `refusal` names it and says why. Everything else is applied.
 */
export type FollowerState = 'waiting' | 'following' | 'detached' | 'refusing';

/** How far a gateway follows the published configuration. */
export interface FollowerStatus {
  readonly state: FollowerState;
  /** Null until a first configuration has been applied: this gateway cannot serve yet. */
  readonly appliedPosition: ConfigPosition | null;
  readonly refusal: string | null;
  /** Where the applied configuration was last confirmed: by the bus, or so far only by the snapshot file. */
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
