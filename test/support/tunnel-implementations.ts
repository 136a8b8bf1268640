import { joinSockets, TimingWheel, type Tunnel, type TunnelInput } from '#libs/tunnel';
import { Engine } from '../../libs/engine/engine.js';
import { ManualTimingWheel } from './manual-timing-wheel.js';

/** A tunnel factory with a manual clock. */
export interface TunnelFactory {
  /** The lane registry of its tunnels. */
  readonly wheel: TimingWheel;
  join(input: Omit<TunnelInput, 'wheel'>): Tunnel;
  /** Advances the clock; timers that become due fire at once. */
  advanceClock(milliseconds: number): void;
  /** Resolves when its tunnels have released everything. */
  close(): Promise<void>;
}

/** An implementation of the contract of `Tunnel`. */
export interface TunnelImplementation {
  id: 'typescript' | 'native';
  name: string;
  createFactory(): TunnelFactory;
}

/** All implementations: the contract tests and the fuzzing run with each. */
export const tunnelImplementations: TunnelImplementation[] = [
  { id: 'typescript', name: 'SocketTunnel', createFactory: createSocketTunnels },
  { id: 'native', name: 'the native engine', createFactory: createEngineTunnels },
];

function createSocketTunnels(): TunnelFactory {
  const wheel = new ManualTimingWheel();
  return {
    wheel,
    join: (input) => joinSockets({ ...input, wheel }),
    advanceClock: (milliseconds) => wheel.advance(milliseconds),
    close: () => Promise.resolve(),
  };
}

function createEngineTunnels(): TunnelFactory {
  const created = Engine.create();
  if (!created.ok) throw new Error(`the native engine is not available: ${created.reason}`);
  const { engine } = created;
  const wheel = new TimingWheel();
  return {
    wheel,
    join: (input) => engine.join({ ...input, wheel }),
    advanceClock: (milliseconds) => engine.advanceClock(milliseconds),
    close: () => engine.close(),
  };
}
