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

/** Records that are not read yet: from `at` to `end` of `bytes`. */
interface Unread {
  bytes: Buffer;
  at: number;
  end: number;
}

/** Reads records in the order in which they are added, also where a report leads to the next call of `read`. */
export class RecordReader {
  readonly #unread: Unread[] = [];

  constructor(private readonly reports: EngineReports) {}

  /** The bytes have to stay what they are until they are read. */
  read(bytes: Buffer, start: number, end: number): void {
    this.#unread.push({ bytes, at: start, end });
    this.readRest();
  }

  /** Reads what a report that is under way has come before. */
  readRest(): void {
    for (let records = this.#unread[0]; records; records = this.#unread[0]) {
      if (records.at + headerBytes > records.end) this.#unread.shift();
      else this.#readNext(records);
    }
  }

  #readNext(records: Unread): void {
    const { bytes, at } = records;
    const dataAt = at + headerBytes;
    const dataBytes = bytes.readUInt32LE(at + 12);
    records.at = dataAt + Math.ceil(dataBytes / alignment) * alignment;
    report(this.reports, bytes, at, bytes.subarray(dataAt, dataAt + dataBytes));
  }
}

function report(reports: EngineReports, bytes: Buffer, at: number, data: Buffer): void {
  const id = idOf(bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8));
  const code = bytes.readInt32LE(at + 16);
  const listener = bytes.readUInt32LE(at + 20);
  switch (bytes[at] ?? 0) {
    case kinds.accepted:
      reports.onAccepted(listener, id, data.toString('latin1'));
      break;
    case kinds.acceptFailed:
      reports.onAcceptFailed(listener, code);
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
      reports.onEnded(id, endOf(bytes, at, code), bytes[at + 2] === commandedReason);
      break;
  }
}

function endOf(inbox: Buffer, at: number, closeCode: number): TunnelEnd {
  const by = endedBy[inbox[at + 1] ?? 0] ?? 'gateway';
  return { endedBy: by, closeCode, reason: reasons[inbox[at + 2] ?? 0] ?? null };
}
