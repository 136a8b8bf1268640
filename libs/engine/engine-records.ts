import { OrdinaryUpgrade, upgradeRanges } from '#libs/handshake';
import type { FrameSender, TunnelEnd } from '#libs/tunnel';
import { idOf } from './engine-id.js';
import type { SwitchedAnswer } from './upgrade-exchange.js';

/** The layout of `RecordHeader` in libs/engine/native/src/records.h. */
const headerBytes = 24;
const alignment = 8;
const integerBytes = 4;
// Positions of integers in it. The first one has the kind, and at the end of a connection two further bytes.
const positions = { slot: 1, generation: 2, dataBytes: 3, code: 4, number: 5 } as const;
const endedByAt = 1;
const reasonAt = 2;
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
  upgrade: 10,
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

/** The first bytes of a client. */
export interface UpgradeBytes {
  /** Null: the parser must read the head, which it refuses. */
  request: OrdinaryUpgrade | null;
  /** The bytes behind the request; all bytes if it is null. The receiver owns them. */
  rest: Buffer;
}

/**
 * The handlers for the records of the engine. `socket` and `connection` are ids. `error` is a libuv error, or
 * 0 for none.
 */
export interface EngineReports {
  onAccepted(listener: number, socket: number, address: string): void;
  /** A new socket with its first bytes, which begin with an ordinary upgrade request. */
  onUpgrade(listener: number, socket: number, address: string, first: UpgradeBytes): void;
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

/** A range of the inbox. */
interface Records {
  at: number;
  end: number;
}

const nothing = Buffer.alloc(0);

/** Reads the records in the inbox in order. The records of given sockets can be read ahead of the others. */
export class RecordReader {
  readonly #signed: Int32Array;
  readonly #unsigned: Uint32Array;
  #underWay: Records | null = null;

  /** The inbox begins at a multiple of 8 bytes of its memory. */
  constructor(
    private readonly inbox: Buffer,
    private readonly reports: EngineReports,
  ) {
    const { buffer, byteOffset, length } = inbox;
    this.#signed = new Int32Array(buffer, byteOffset, length / integerBytes);
    this.#unsigned = new Uint32Array(buffer, byteOffset, length / integerBytes);
  }

  read(start: number, end: number): void {
    const records = { at: start, end };
    this.#underWay = records;
    while (records.at < end) this.#readNext(records);
    this.#underWay = null;
  }

  /**
   * Reads the unread records of these sockets, both the rest of the current `read` and those from `start` to
   * `end`. Records of other sockets are not read: deferred JavaScript work must run before the next requests
   * are handled.
   */
  readOf(sockets: readonly number[], start: number, end: number): void {
    const rest = this.#underWay && { ...this.#underWay };
    for (const records of [rest, { at: start, end }]) {
      while (records && records.at < records.end) this.#readNext(records, sockets);
    }
  }

  /** If `only` is given, records of other sockets are skipped. */
  #readNext(records: Records, only?: readonly number[]): void {
    const { at } = records;
    const header = at / integerBytes;
    const words = this.#unsigned;
    const dataBytes = words[header + positions.dataBytes] ?? 0;
    records.at = at + headerBytes + Math.ceil(dataBytes / alignment) * alignment;
    const id = idOf(words[header + positions.slot] ?? 0, words[header + positions.generation] ?? 0);
    if (only?.includes(id) === false) return;
    const kind = this.inbox[at] ?? kinds.taken;
    this.inbox[at] = kinds.taken;
    this.#report(kind, id, at, at + headerBytes + dataBytes);
  }

  #report(kind: number, id: number, at: number, dataEnd: number): void {
    const { reports, inbox } = this;
    const header = at / integerBytes;
    const dataAt = at + headerBytes;
    const code = this.#signed[header + positions.code] ?? 0;
    const number = this.#unsigned[header + positions.number] ?? 0;
    switch (kind) {
      case kinds.upgrade:
        this.#reportUpgrade(number, id, dataAt, code, dataEnd);
        break;
      case kinds.accepted:
        reports.onAccepted(number, id, inbox.toString('latin1', dataAt, dataEnd));
        break;
      case kinds.acceptFailed:
        reports.onAcceptFailed(number, code);
        break;
      case kinds.connected:
        reports.onConnected(id, code === 0 ? null : number);
        break;
      case kinds.switched:
        reports.onSwitched(id, this.#switchedAnswer(dataAt, dataEnd, number));
        break;
      case kinds.data:
        reports.onData(id, this.#copy(dataAt, dataEnd));
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
        reports.onEnded(id, endOf(inbox, at, code), inbox[at + reasonAt] === commandedReason);
        break;
    }
  }

  #reportUpgrade(listener: number, id: number, dataAt: number, addressBytes: number, dataEnd: number): void {
    const { inbox } = this;
    const ranges = dataAt / integerBytes;
    const addressAt = dataAt + upgradeRanges * integerBytes;
    const headAt = addressAt + addressBytes;
    const restAt = headAt + OrdinaryUpgrade.headBytes(this.#signed, ranges);
    const address = inbox.toString('latin1', addressAt, headAt);
    const request = OrdinaryUpgrade.from(inbox.toString('latin1', headAt, restAt), this.#signed, ranges);
    const rest = this.#copy(request === null ? headAt : restAt, dataEnd);
    this.reports.onUpgrade(listener, id, address, { request, rest });
  }

  #copy(start: number, end: number): Buffer {
    if (start === end) return nothing;
    const copy = Buffer.allocUnsafe(end - start);
    this.inbox.copy(copy, 0, start, end);
    return copy;
  }

  #switchedAnswer(dataAt: number, dataEnd: number, protocolBytes: number): SwitchedAnswer {
    if (dataAt === dataEnd) return plainAnswer;
    const extensionsAt = dataAt + protocolBytes;
    return {
      protocol: protocolBytes === 0 ? null : this.inbox.toString('latin1', dataAt, extensionsAt),
      extensions: this.inbox.toString('latin1', extensionsAt, dataEnd),
    };
  }
}

function endOf(inbox: Buffer, at: number, closeCode: number): TunnelEnd {
  const by = endedBy[inbox[at + endedByAt] ?? 0] ?? 'gateway';
  return { endedBy: by, closeCode, reason: reasons[inbox[at + reasonAt] ?? 0] ?? null };
}
