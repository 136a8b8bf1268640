import { joinSockets, TimingWheel, type Tunnel, type TunnelInput } from '#libs/tunnel';
import { Engine } from '../../libs/engine/engine.js';
import { ManualTimingWheel } from './manual-timing-wheel.js';

/** Joins sockets, and has a clock that can be advanced. */
export interface TunnelFactory {
  /** For the lanes of its tunnels. */
  readonly wheel: TimingWheel;
  join(input: Omit<TunnelInput, 'wheel'>): Tunnel;
  /** What is due then happens at once. */
  advanceClock(milliseconds: number): void;
  /** Resolves when nothing of its tunnels is left. */
  close(): Promise<void>;
}

/** One of those who keep the contract of `Tunnel`. */
export interface TunnelImplementation {
  id: 'typescript' | 'native';
  name: string;
  createFactory(): TunnelFactory;
}

/** All of them: the tests of the contract, and the fuzzing, run with each. */
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
  if (!created.ok) throw new Error(`there is no native engine: ${created.reason}`);
  const { engine } = created;
  const wheel = new TimingWheel();
  return {
    wheel,
    join: (input) => engine.join({ ...input, wheel }),
    advanceClock: (milliseconds) => engine.advanceClock(milliseconds),
    close: () => engine.close(),
  };
}
