import { fork, type StdioOptions } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { closeSync } from 'node:fs';
import { errorMessage } from '#libs/async';
import { SharedPort, type BoundListener, type ReservedPort } from '#libs/engine';
import type { GatewaySettings, ListenAddress } from '#libs/settings';
import { listenOnSetting } from '../../bootstrap/listen-on-setting.js';
import { workerProgram, type ForkedWorker, type WorkerListeners } from './worker-listeners.js';

/** `reason` explains why there are none. */
export type OpenedListeners = { ok: true; listeners: InheritedListeners } | { ok: false; reason: string };

// After standard input, output and error, and the channel to the supervisor.
const firstDescriptor = 4;

/**
 * The supervisor reserves each port and opens one listener on it for each place. A worker and its successor
 * in a place inherit the same listener, so connections in its accept queue survive a restart.
 */
export class InheritedListeners implements WorkerListeners {
  readonly holdClients = true;
  /** The descriptors of the listeners of each place, one for each port. */
  readonly #places: number[][] = [];

  private constructor(private readonly ports: readonly SharedPort[]) {}

  /** Throws a `SettingsError` if it cannot listen on an address. */
  static async open(settings: GatewaySettings): Promise<OpenedListeners> {
    const ports: SharedPort[] = [];
    const listeners = new InheritedListeners(ports);
    try {
      for (const [setting, address] of addressesOf(settings)) {
        const reserved = await listenOnSetting(setting, address, () => reserve(address));
        if (!reserved.ok) return listeners.#giveUp(reserved.reason);
        ports.push(reserved.port);
      }
    } catch (error) {
      listeners.close();
      throw error;
    }
    try {
      for (let place = 0; place < settings.workers; place += 1) listeners.#places.push(listeners.#openAll());
    } catch (error) {
      return listeners.#giveUp(errorMessage(error));
    }
    return { ok: true, listeners };
  }

  fork(place: number): ForkedWorker {
    const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'ipc', ...(this.#places[place] ?? [])];
    const { path, execArgv } = workerProgram;
    const inherited = this.ports.map(({ host, port }, index): BoundListener => {
      return { descriptor: firstDescriptor + index, host, port };
    });
    return { process: fork(path, [], { execArgv, stdio }), inherited };
  }

  /** Opens new listeners for this place, which resets the connections in the queues of the previous ones. */
  vacate(place: number): void {
    const before = this.#places[place];
    if (!before) return;
    try {
      this.#places[place] = this.#openAll();
      for (const descriptor of before) closeSync(descriptor);
    } catch {
      // No descriptor is left. The connections wait in the queues until the next worker starts.
    }
  }

  close(): void {
    for (const descriptor of this.#places.splice(0).flat()) closeSync(descriptor);
    for (const port of this.ports) port.close();
  }

  #giveUp(reason: string): OpenedListeners {
    this.close();
    return { ok: false, reason };
  }

  #openAll(): number[] {
    const descriptors: number[] = [];
    try {
      for (const port of this.ports) descriptors.push(port.openListener());
      return descriptors;
    } catch (error) {
      for (const descriptor of descriptors) closeSync(descriptor);
      throw error;
    }
  }
}

async function reserve({ host, port }: ListenAddress): Promise<ReservedPort> {
  const { address } = await lookup(host);
  return SharedPort.reserve(address, port);
}

// Workers listen on the addresses in this order.
function addressesOf({ listen, tls }: GatewaySettings): (readonly [string, ListenAddress])[] {
  return [
    ...listen.map((address) => ['SLUICE_GATEWAY_LISTEN', address] as const),
    ...(tls?.listen ?? []).map((address) => ['SLUICE_GATEWAY_TLS_LISTEN', address] as const),
  ];
}
