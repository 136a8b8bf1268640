import { fork, type StdioOptions } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { closeSync } from 'node:fs';
import { SharedPort, type BoundListener, type ReservedPort } from '#libs/engine';
import type { GatewaySettings, ListenAddress } from '#libs/settings';
import { listenOnSetting } from '../../bootstrap/listen-on-setting.js';
import { workerProgram, type ForkedWorker, type WorkerListeners } from './worker-listeners.js';

/** `reason` says why there are none. */
export type OpenedListeners = { ok: true; listeners: InheritedListeners } | { ok: false; reason: string };

// After standard input, output and error, and the channel to the supervisor.
const firstDescriptor = 4;

/**
 * The supervisor takes each port, and opens a listener of it for each place. The workers of a place, one after the other, inherit that one:
 * whoever waits in its accept queue while one goes and the next one comes is served by either of them.
 */
export class InheritedListeners implements WorkerListeners {
  readonly holdClients = true;
  /** For each place the descriptor of its listener at each of the ports. */
  readonly #places: number[][] = [];

  private constructor(private readonly ports: readonly SharedPort[]) {}

  /** Throws a `SettingsError` where an address cannot be listened on. */
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
      return listeners.#giveUp(error instanceof Error ? error.message : String(error));
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

  /** Resets whoever waits in the queues of this place. */
  vacate(place: number): void {
    const before = this.#places[place];
    if (!before) return;
    try {
      this.#places[place] = this.#openAll();
      for (const descriptor of before) closeSync(descriptor);
    } catch {
      // The system has no descriptor left for another one: they go on waiting.
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

// In the order in which a worker listens on them.
function addressesOf({ listen, tls }: GatewaySettings): (readonly [string, ListenAddress])[] {
  return [
    ...listen.map((address) => ['SLUICE_GATEWAY_LISTEN', address] as const),
    ...(tls?.listen ?? []).map((address) => ['SLUICE_GATEWAY_TLS_LISTEN', address] as const),
  ];
}
