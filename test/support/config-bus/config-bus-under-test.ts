import type { ConfigSink, ConfigSource } from '#libs/config-bus';
import type { ConfigPosition } from '#libs/contract';

/** A bus with methods that simulate its failures; the spec of each adapter implements it. */
export interface ConfigBusUnderTest {
  sink: ConfigSink;
  source: ConfigSource;
  /** A second publisher on the same bus. */
  otherSink: ConfigSink;
  /** Loses all data but no connection. */
  flush(): Promise<void>;
  /** Loses all data and all connections; resolves when the bus can be reached again. */
  restartEmpty(): Promise<void>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Stores a value that no sink would write, without an announcement. */
  storeSilently(position: ConfigPosition, entries: string[]): Promise<void>;
  /** Announces a value that no sink would announce, without storing it. */
  announce(payload: string): Promise<void>;
  subscriptions(): Promise<number>;
  dispose(): Promise<void>;
}
