import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { EngineAddon } from './engine-addon.js';
import { listenError } from './listen-error.js';
import { loadAddon } from './load-addon.js';

/** `reason` says why ports cannot be shared on this system. */
export type ReservedPort = { ok: true; port: SharedPort } | { ok: false; reason: string };

// The error of a system without SO_REUSEPORT, or without the Linux semantics of it.
const unsupported = [-constants.errno.ENOTSUP, -constants.errno.ENOPROTOOPT];

/**
 * A port of this process that several listeners share, each with its own accept queue (SO_REUSEPORT on
 * Linux). The system spreads new connections over the listeners that a process listens on. Each listener is a
 * descriptor, which child processes inherit.
 */
export class SharedPort {
  /**
   * Reserves a port of an IP address for this process; port 0 lets the system choose one. Throws the same
   * errors as a Node server, for example when another program uses the port.
   */
  static reserve(host: string, port: number): ReservedPort {
    const loaded = loadAddon();
    if (!loaded.ok) return loaded;
    const { addon } = loaded;
    const descriptor = addon.reservePort(host, port);
    if (unsupported.includes(descriptor)) return { ok: false, reason: 'this system cannot share a port' };
    if (descriptor < 0) throw listenError(descriptor, { host, port });
    return { ok: true, port: new SharedPort(addon, descriptor, host, addon.boundPortOf(descriptor)) };
  }

  private constructor(
    private readonly addon: EngineAddon,
    private readonly descriptor: number,
    readonly host: string,
    readonly port: number,
  ) {}

  /** Opens another listener. It receives connections once a process listens on its descriptor. */
  openListener(): number {
    const descriptor = this.addon.openListener(this.host, this.port);
    if (descriptor < 0) throw listenError(descriptor, this);
    return descriptor;
  }

  /** Releases the reservation. The port is free once all its listeners are closed too. */
  close(): void {
    closeSync(this.descriptor);
  }
}
