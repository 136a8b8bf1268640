import type { FrameSender, TunnelEnd } from '#libs/tunnel';
import { idOf } from './engine-id.js';

/** The layout of `RecordHeader` in libs/engine/native/src/records.h. */
const headerBytes = 24;
const alignment = 8;
const kinds = {
  accepted: 1,
  acceptFailed: 2,
  connected: 3,
  data: 4,
  fin: 5,
  flushed: 6,
  closed: 7,
  ended: 8,
} as const;

const endedBy: readonly (FrameSender | 'gateway')[] = ['client', 'upstream', 'gateway'];
/** The reasons for an end in the order of `EndReason` in libs/engine/native/src/relay.h. */
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
const commandedReason = 1;

/** What the engine reports. `socket` and `connection` are ids; `error` is one of libuv, 0 for none. */
export interface EngineReports {
  onAccepted(listener: number, socket: number, address: string): void;
  onAcceptFailed(listener: number, error: number): void;
  onConnected(socket: number): void;
  /** The bytes are the receiver's. */
  onData(socket: number, bytes: Buffer): void;
  onFin(socket: number): void;
  onFlushed(socket: number): void;
  onClosed(socket: number, error: number): void;
  /** `isCommanded`: a command closed it, whose reason its sender knows. */
  onEnded(connection: number, end: TunnelEnd, isCommanded: boolean): void;
}

/** Reads the records from `start` to `end` of the inbox, in their order. */
export function readRecords(inbox: Buffer, start: number, end: number, reports: EngineReports): void {
  for (let at = start; at + headerBytes <= end;) {
    const dataBytes = inbox.readUInt32LE(at + 12);
    const dataAt = at + headerBytes;
    const data = inbox.subarray(dataAt, dataAt + dataBytes);
    const number = inbox.readUInt32LE(at + 20);
    const code = inbox.readInt32LE(at + 16);
    const id = idOf(inbox.readUInt32LE(at + 4), inbox.readUInt32LE(at + 8));
    switch (inbox[at] ?? 0) {
      case kinds.accepted:
        reports.onAccepted(number, id, data.toString('latin1'));
        break;
      case kinds.acceptFailed:
        reports.onAcceptFailed(number, code);
        break;
      case kinds.connected:
        reports.onConnected(id);
        break;
      case kinds.data:
        reports.onData(id, Buffer.from(data));
        break;
      case kinds.fin:
        reports.onFin(id);
        break;
      case kinds.flushed:
        reports.onFlushed(id);
        break;
      case kinds.closed:
        reports.onClosed(id, code);
        break;
      case kinds.ended:
        reports.onEnded(id, endOf(inbox, at, code), inbox[at + 2] === commandedReason);
        break;
    }
    at = dataAt + Math.ceil(dataBytes / alignment) * alignment;
  }
}

function endOf(inbox: Buffer, at: number, closeCode: number): TunnelEnd {
  const by = endedBy[inbox[at + 1] ?? 0] ?? 'gateway';
  return { endedBy: by, closeCode, reason: reasons[inbox[at + 2] ?? 0] ?? null };
}
