import type { ConfigSink, ConfigSource } from '../ports.js';
import { InProcessConfigSink } from './in-process-config-sink.js';
import { InProcessConfigSource } from './in-process-config-source.js';
import { InProcessConfigStore } from './in-process-config-store.js';

export interface InProcessConfigBus {
  sink: ConfigSink;
  source: ConfigSource;
}

/** A bus for an API and a gateway in the same process. Its content ends with the process. */
export function createInProcessConfigBus(store = new InProcessConfigStore()): InProcessConfigBus {
  return { sink: new InProcessConfigSink(store), source: new InProcessConfigSource(store) };
}
