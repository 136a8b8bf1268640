import type { ConfigSink, ConfigSource } from '#libs/config-bus';
import type { ConfigPosition } from '#libs/contract';

/** A bus with handles for all that can go wrong with it; each adapter's spec makes its own kind. */
export interface ConfigBusUnderTest {
  sink: ConfigSink;
  source: ConfigSource;
  /** A second publisher on the same bus. */
  otherSink: ConfigSink;
  /** Loses all data while everybody stays connected. */
  flush(): Promise<void>;
  /** Loses all data and all connections; resolves when the bus can be reached again. */
  restartEmpty(): Promise<void>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Puts into the store what no sink would write, without an announcement. */
  storeSilently(position: ConfigPosition, entries: string[]): Promise<void>;
  /** Announces what no sink would announce, without storing it. */
  announce(payload: string): Promise<void>;
  subscriptions(): Promise<number>;
  dispose(): Promise<void>;
}
