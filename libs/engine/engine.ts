import type { Socket } from 'node:net';
import { joinSockets, type Tunnel, type TunnelInput } from '#libs/tunnel';
import { endedRecordBytes, readEndedRecord } from './ended-record.js';
import type { EngineAddon, NativeEngine } from './engine-addon.js';
import { EngineTunnel } from './engine-tunnel.js';
import { loadAddon } from './load-addon.js';
import { Outbox } from './outbox.js';
import { plainDescriptorOf } from './plain-descriptor.js';
import { deliverTapped } from './tap-records.js';

const inboxBytes = 65_536;
const slotsPerPage = 1024;
const countersPerSlot = 16;
const reservedBitsCodes = { none: 0, perMessageCompressed: 1, any: 2 };
const onRateCodes = { slow: 0, close: 1 };

/** `reason` says why there is no native code for this system. */
export type CreatedEngine = { ok: true; engine: Engine } | { ok: false; reason: string };

/**
 * The connections that native code relays. JavaScript is not on the path of their frames: it hears of their ends, in batches, and
 * reads counters from memory that both share.
 */
export class Engine {
  readonly #native: NativeEngine;
  readonly #outbox = new Outbox(() => this.#native.flush());
  readonly #inbox = new Uint8Array(inboxBytes);
  readonly #tunnels: (EngineTunnel | null)[] = [];
  readonly #pages: Float64Array[] = [];
  /** Laid out as `AdoptNumbers` in libs/engine/native/src/addon.cc. */
  readonly #numbers = new Float64Array(10);
  readonly #closed: Promise<void>;
  #onClosed: () => void = () => undefined;

  /** Creates an engine on the loop of this thread. */
  static create(): CreatedEngine {
    const loaded = loadAddon();
    return loaded.ok ? { ok: true, engine: new Engine(loaded.addon) } : loaded;
  }

  private constructor(addon: EngineAddon) {
    this.#closed = new Promise((resolve) => (this.#onClosed = resolve));
    this.#native = addon.createEngine(
      performance.now(),
      this.#inbox,
      this.#outbox.memory,
      (count) => this.#onEnded(count),
      (records) => deliverTapped(records, (slot) => this.#tunnels[slot]?.observers ?? []),
      () => this.#onClosed(),
    );
  }

  /** Connections that it relays. */
  get connections(): number {
    return this.#native.connections();
  }

  /** Joins two sockets as `joinSockets` does: natively where both are plain TCP that nothing waits to be written to. */
  join(input: TunnelInput): Tunnel {
    const client = plainDescriptorOf(input.client);
    const upstream = plainDescriptorOf(input.upstream);
    if (client === null || upstream === null) return joinSockets(input);
    return this.#adopt(input, client, upstream);
  }

  /** For tests: puts the engine's clock forward, and fires what is due then. */
  advanceClock(milliseconds: number): void {
    this.#native.flush();
    this.#native.advanceClock(milliseconds);
  }

  /** Drops all connections; resolves when their ends were reported and nothing of the engine is open. */
  async close(): Promise<void> {
    this.#native.close();
    await this.#closed;
  }

  #adopt(input: TunnelInput, clientDescriptor: number, upstreamDescriptor: number): Tunnel {
    const clientHead = withUnread(input.clientHead, input.client);
    const upstreamHead = withUnread(input.upstreamHead, input.upstream);
    this.#writeNumbers(input);
    const { fromClients, fromUpstreams } = input.lanes;
    this.#native.adopt(
      clientDescriptor,
      upstreamDescriptor,
      clientHead,
      upstreamHead,
      this.#numbers,
      fromClients.memory,
      fromUpstreams.memory,
    );
    // The engine has copies of their descriptors.
    input.client.destroy();
    input.upstream.destroy();
    const [slot = 0, generation = 0] = this.#numbers.subarray(8);
    const tunnel = new EngineTunnel({
      id: { slot, generation },
      outbox: this.#outbox,
      counters: this.#pageOf(slot),
      countersAt: (slot % slotsPerPage) * countersPerSlot,
      onEnd: input.onEnd,
    });
    this.#tunnels[slot] = tunnel;
    return tunnel;
  }

  #writeNumbers({ limits, messageLimits, reservedBits, onRate }: TunnelInput): void {
    const numbers = this.#numbers;
    numbers[0] = limits.idleMs ?? Infinity;
    numbers[1] = limits.maxLifetimeMs ?? Infinity;
    numbers[2] = limits.pingIntervalMs ?? Infinity;
    numbers[3] = limits.closeTimeoutMs;
    numbers[4] = limits.halfOpenTimeoutMs;
    numbers[5] = messageLimits.maxMessageBytes ?? Infinity;
    numbers[6] = reservedBitsCodes[reservedBits];
    numbers[7] = onRateCodes[onRate];
  }

  #pageOf(slot: number): Float64Array {
    const index = Math.floor(slot / slotsPerPage);
    const page = this.#pages[index] ?? this.#native.countersPage(index);
    if (!page) throw new Error('the engine has no memory for the counters of a connection');
    this.#pages[index] = page;
    return page;
  }

  #onEnded(count: number): void {
    const view = new DataView(this.#inbox.buffer);
    for (let index = 0; index < count; index += 1) {
      const { slot, end, isCommanded } = readEndedRecord(view, index * endedRecordBytes);
      const tunnel = this.#tunnels[slot];
      this.#tunnels[slot] = null;
      tunnel?.end(end, isCommanded);
    }
  }
}

/** What the socket has read and nobody has taken yet comes after `head`. */
function withUnread(head: Buffer, socket: Socket): Buffer {
  const unread: unknown = socket.read();
  return unread instanceof Buffer ? Buffer.concat([head, unread]) : head;
}
