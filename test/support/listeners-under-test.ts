import { onTestFinished } from 'vitest';
import { EngineUpgradeListener } from '../../apps/gateway/listeners/engine-upgrade-listener.js';
import { UpgradeListener } from '../../apps/gateway/listeners/upgrade-listener.js';
import type {
  UpgradeListenerEvents,
  UpgradeListenerOptions,
} from '../../apps/gateway/listeners/upgrade-listener-options.js';
import { createEngine } from './engine-sockets.js';

type Listener = UpgradeListener | EngineUpgradeListener;

interface ListenerUnderTest {
  name: string;
  /** A listener that is closed at the end of the test. */
  create: (events: UpgradeListenerEvents, options?: UpgradeListenerOptions) => Listener;
}

/** Each implementation of a plain TCP listener. */
export const listenersUnderTest: readonly ListenerUnderTest[] = [
  { name: 'UpgradeListener', create: (...input) => closedAfterTest(new UpgradeListener(...input)) },
  {
    name: 'EngineUpgradeListener',
    create: (...input) => closedAfterTest(new EngineUpgradeListener(createEngine(), ...input)),
  },
];

function closedAfterTest(listener: Listener): Listener {
  onTestFinished(() => listener.close());
  return listener;
}
