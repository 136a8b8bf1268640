import type { FrameSender, TunnelEnd } from '#libs/tunnel';
import { idOf } from './engine-id.js';
import type { SwitchedAnswer } from './upgrade-exchange.js';

/** The layout of `RecordHeader` in libs/engine/native/src/records.h. */
const headerBytes = 24;
const alignment = 8;
const kinds = {
  taken: 0,
  accepted: 1,
  acceptFailed: 2,
  connected: 3,
  data: 4,
  fin: 5,
  flushed: 6,
  closed: 7,
  ended: 8,
  switched: 9,
} as const;

const endedBy: readonly (FrameSender | 'gateway')[] = ['client', 'upstream', 'gateway'];
/** The end reasons, in the order of `EndReason` in libs/engine/native/src/relay.h. */
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

const plainAnswer: SwitchedAnswer = { protocol: null, extensions: '' };

/**
 * The handlers for the records of the engine. `socket` and `connection` are ids. `error` is a libuv error, or
 * 0 for none.
 */
export interface EngineReports {
  onAccepted(listener: number, socket: number, address: string): void;
  onAcceptFailed(listener: number, error: number): void;
  /** `sentForMs` is the time since the request was sent; null if there was none to send on connecting. */
  onConnected(socket: number, sentForMs: number | null): void;
  onSwitched(socket: number, answer: SwitchedAnswer): void;
  /** The receiver owns the bytes. */
  onData(socket: number, bytes: Buffer): void;
  onFin(socket: number): void;
  onFlushed(socket: number): void;
  onClosed(socket: number, error: number): void;
  /**
   * `isCommanded` is true when a command closed the connection; the sender of the command knows the reason.
   */
  onEnded(connection: number, end: TunnelEnd, isCommanded: boolean): void;
}

/** The range of `bytes` from `at` to `end`. */
interface Records {
  bytes: Buffer;
  at: number;
  end: number;
}

/** Reads records in order. The records of given sockets can be read ahead of the others. */
export class RecordReader {
  #underWay: Records | null = null;

  constructor(private readonly reports: EngineReports) {}

  read(bytes: Buffer, start: number, end: number): void {
    const records = { bytes, at: start, end };
    this.#underWay = records;
    while (hasMore(records)) this.#readNext(records);
    this.#underWay = null;
  }

  /**
   * Reads the unread records of these sockets, both the rest of the current `read` and those from `start` to
   * `end` of `bytes`. Records of other sockets are not read: deferred JavaScript work must run before the
   * next requests are handled.
   */
  readOf(sockets: readonly number[], bytes: Buffer, start: number, end: number): void {
    const rest = this.#underWay && { ...this.#underWay };
    for (const records of [rest, { bytes, at: start, end }]) {
      while (records && hasMore(records)) this.#readNext(records, sockets);
    }
  }

  /** If `only` is given, records of other sockets are skipped. */
  #readNext(records: Records, only?: readonly number[]): void {
    const { bytes, at } = records;
    const dataAt = at + headerBytes;
    const dataBytes = bytes.readUInt32LE(at + 12);
    records.at = dataAt + Math.ceil(dataBytes / alignment) * alignment;
    const id = idOf(bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8));
    if (only?.includes(id) === false) return;
    const kind = bytes[at] ?? kinds.taken;
    bytes[at] = kinds.taken;
    report(this.reports, kind, id, { bytes, at, dataAt, dataEnd: dataAt + dataBytes });
  }
}

function hasMore({ at, end }: Records): boolean {
  return at + headerBytes <= end;
}

interface ReadRecord {
  bytes: Buffer;
  at: number;
  dataAt: number;
  dataEnd: number;
}

function report(reports: EngineReports, kind: number, id: number, record: ReadRecord): void {
  const { bytes, at, dataAt, dataEnd } = record;
  const code = bytes.readInt32LE(at + 16);
  const number = bytes.readUInt32LE(at + 20);
  switch (kind) {
    case kinds.accepted:
      reports.onAccepted(number, id, bytes.toString('latin1', dataAt, dataEnd));
      break;
    case kinds.acceptFailed:
      reports.onAcceptFailed(number, code);
      break;
    case kinds.connected:
      reports.onConnected(id, code === 0 ? null : number);
      break;
    case kinds.switched:
      reports.onSwitched(id, switchedAnswer(record, number));
      break;
    case kinds.data:
      reports.onData(id, copyOf(record));
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

function copyOf({ bytes, dataAt, dataEnd }: ReadRecord): Buffer {
  const copy = Buffer.allocUnsafe(dataEnd - dataAt);
  bytes.copy(copy, 0, dataAt, dataEnd);
  return copy;
}

function switchedAnswer({ bytes, dataAt, dataEnd }: ReadRecord, protocolBytes: number): SwitchedAnswer {
  if (dataAt === dataEnd) return plainAnswer;
  const extensionsAt = dataAt + protocolBytes;
  return {
    protocol: protocolBytes === 0 ? null : bytes.toString('latin1', dataAt, extensionsAt),
    extensions: bytes.toString('latin1', extensionsAt, dataEnd),
  };
}

function endOf(inbox: Buffer, at: number, closeCode: number): TunnelEnd {
  const by = endedBy[inbox[at + 1] ?? 0] ?? 'gateway';
  return { endedBy: by, closeCode, reason: reasons[inbox[at + 2] ?? 0] ?? null };
}
