import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { EngineAddon } from './engine-addon.js';
import { listenError } from './listen-error.js';
import { loadAddon } from './load-addon.js';

/** `reason` says why a port cannot be shared here. */
export type ReservedPort = { ok: true; port: SharedPort } | { ok: false; reason: string };

// Of a system that has no SO_REUSEPORT, or not the one of Linux.
const unsupported = [-constants.errno.ENOTSUP, -constants.errno.ENOPROTOOPT];

/**
 * A port of this process that several listeners share, each with an accept queue of its own (SO_REUSEPORT of Linux): the system spreads
 * new connections over the listeners on which somebody listens. Each is a descriptor, which processes inherit.
 */
export class SharedPort {
  /**
   * Takes a port of an IP address for this process alone; port 0: the system chooses one. Throws an error as those of Node's servers, where
   * another program has it for instance.
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

  /** Opens one more listener, which gets connections once a process listens on its descriptor. */
  openListener(): number {
    const descriptor = this.addon.openListener(this.host, this.port);
    if (descriptor < 0) throw listenError(descriptor, this);
    return descriptor;
  }

  /** Others can have the port once all of its listeners are closed, too. */
  close(): void {
    closeSync(this.descriptor);
  }
}
