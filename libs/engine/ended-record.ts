import type { FrameSender, TunnelEnd } from '#libs/tunnel';
import type { ConnectionId } from './engine-addon.js';

/** Bytes of an `EndedRecord` (libs/engine/native/src/records.h). */
export const endedRecordBytes = 16;

const endedBy: readonly (FrameSender | 'gateway')[] = ['client', 'upstream', 'gateway'];

/** What the engine calls its reasons for an end, in the order of `EndReason` in libs/engine/native/src/relay.h. */
const reasons: readonly (string | null)[] = [
  null,
  null,
  'protocol error',
  'message too big',
  'message rate',
  'upstream lost',
  'maximum lifetime',
  'idle timeout',
  'ping unanswered',
];
const commanded = 1;

/** How a connection of the engine ended. */
export interface EndedRecord extends ConnectionId {
  end: TunnelEnd;
  /** Whether a command closed it, whose reason its sender knows. */
  isCommanded: boolean;
}

/** Reads the record that begins at `at`. */
export function readEndedRecord(view: DataView, at: number): EndedRecord {
  const reason = view.getUint8(at + 11);
  return {
    slot: view.getUint32(at, true),
    generation: view.getUint32(at + 4, true),
    end: {
      closeCode: view.getUint16(at + 8, true),
      endedBy: endedBy[view.getUint8(at + 10)] ?? 'gateway',
      reason: reasons[reason] ?? null,
    },
    isCommanded: reason === commanded,
  };
}
