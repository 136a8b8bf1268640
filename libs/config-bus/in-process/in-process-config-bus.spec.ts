import type { Release } from '#libs/async';
import { describeConfigBus } from '../../../test/support/config-bus/config-bus-contract.js';
import type { ConfigBusUnderTest } from '../../../test/support/config-bus/config-bus-under-test.js';
import type { ConfigListener } from '../ports.js';
import { createInProcessConfigBus } from './in-process-config-bus.js';
import { InProcessConfigStore, type StoredEntries } from './in-process-config-store.js';

/** An in-process store that is unavailable on command. */
class StoreThatGoesAway extends InProcessConfigStore {
  isAway = false;

  override read(): ReturnType<InProcessConfigStore['read']> {
    this.#reach();
    return super.read();
  }

  override replace(...stored: Parameters<InProcessConfigStore['replace']>): void {
    this.#reach();
    super.replace(...stored);
  }

  override listen(listener: ConfigListener): Release {
    this.#reach();
    return super.listen(listener);
  }

  #reach(): void {
    if (this.isAway) throw new Error('the bus is down');
  }
}

function openInProcessBus(): Promise<ConfigBusUnderTest> {
  const store = new StoreThatGoesAway();
  const { sink, source } = createInProcessConfigBus(store);
  const soon = async (act: () => void): Promise<void> => {
    await Promise.resolve();
    act();
  };
  return Promise.resolve({
    sink,
    source,
    otherSink: createInProcessConfigBus(store).sink,
    flush: () => soon(() => store.clear()),
    restartEmpty: () =>
      soon(() => {
        store.clear();
        store.announceDisturbance();
      }),
    goAway: () => soon(() => (store.isAway = true)),
    comeBack: () => soon(() => (store.isAway = false)),
    storeSilently: (position, entries) => soon(() => store.replace(position, keyed(entries))),
    announce: (payload) => soon(() => store.announceChange(payload)),
    subscriptions: () => Promise.resolve(store.listenerCount),
    dispose: async () => {
      await sink.close();
      await source.close();
    },
  });
}

function keyed(entries: string[]): StoredEntries {
  return new Map(entries.map((text, index) => [String(index), text]));
}

describeConfigBus('in-process bus', openInProcessBus);
