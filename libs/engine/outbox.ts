import type { NativeEngine } from './engine-addon.js';
import { generationOf, slotOf } from './engine-id.js';

const outboxBytes = 65_536;
// The outbox begins with a header that holds the number of bytes that follow it.
const firstCommandAt = 8;
const headerBytes = 16;
const alignment = 8;

/** The layout of `CommandHeader` in libs/engine/native/src/records.h. */
const commandKinds = { close: 1, maxMessageBytes: 2, tap: 3 } as const;

/** The commands for connections. The engine reads them before it waits for events again. */
export class Outbox {
  readonly memory = new Uint8Array(outboxBytes);
  readonly #view = new DataView(this.memory.buffer);

  /**
   * `runCommands` makes the engine execute the written commands at once. Memory fits into no command, so
   * `setNarrowerLanes` passes that of lanes in a call, and `bufferedBytes` has an answer.
   */
  constructor(
    private readonly runCommands: () => void,
    readonly setNarrowerLanes: NativeEngine['setNarrowerLanes'],
    readonly bufferedBytes: NativeEngine['bufferedBytes'],
  ) {}

  /** `reason` is at most 123 bytes of UTF-8. */
  close(id: number, code: number, reason: Uint8Array): void {
    this.#write(commandKinds.close, id, { code, data: reason });
  }

  maxMessageBytes(id: number, bytes: number): void {
    this.#write(commandKinds.maxMessageBytes, id, { data: new Uint8Array(Float64Array.of(bytes).buffer) });
  }

  tap(id: number, isOn: boolean): void {
    this.#write(commandKinds.tap, id, { flag: isOn ? 1 : 0 });
  }

  #write(
    kind: number,
    id: number,
    { flag = 0, code = 0, data }: { flag?: number; code?: number; data?: Uint8Array },
  ): void {
    const dataBytes = data?.length ?? 0;
    const bytes = headerBytes + Math.ceil(dataBytes / alignment) * alignment;
    const at = this.#takeRoom(bytes);
    const view = this.#view;
    view.setUint8(at, kind);
    view.setUint8(at + 1, flag);
    view.setUint16(at + 2, code, true);
    view.setUint32(at + 4, slotOf(id), true);
    view.setUint32(at + 8, generationOf(id), true);
    view.setUint32(at + 12, dataBytes, true);
    if (data) this.memory.set(data, at + headerBytes);
  }

  #takeRoom(bytes: number): number {
    if (firstCommandAt + this.#used() + bytes > outboxBytes) this.runCommands();
    const at = firstCommandAt + this.#used();
    this.#view.setUint32(0, this.#used() + bytes, true);
    return at;
  }

  // The engine sets this length to 0 when it reads the commands.
  #used(): number {
    return this.#view.getUint32(0, true);
  }
}
