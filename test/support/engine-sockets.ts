import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  Engine,
  type EngineListener,
  type EngineListenerEvents,
  type EngineSocket,
  type JoinInput,
} from '#libs/engine';
import { TimingWheel, type Tunnel, type TunnelEnd } from '#libs/tunnel';
import { patient, tunnelInput } from './joined-tunnel.js';
import { deferred } from './deferred.js';

const host = '127.0.0.1';

/** An engine of the test, which is closed when the test is over. */
export function createEngine(): Engine {
  const created = Engine.create();
  if (!created.ok) throw new Error(created.reason);
  const { engine } = created;
  onTestFinished(() => engine.close());
  return engine;
}

/** Listens, on a free port unless one is given; nothing is done with the sockets that come unless `events` say what. */
export function listenWith(
  engine: Engine,
  events: Partial<EngineListenerEvents> = {},
  port = 0,
): EngineListener {
  const onSocket = (socket: EngineSocket): unknown => socket.on('error', () => undefined);
  const onAcceptFailed = (): void => undefined;
  const onHandedOver = (): void => undefined;
  return engine.listen({ host, port, backlog: 4096 }, { onSocket, onAcceptFailed, onHandedOver, ...events });
}

export interface AcceptedByEngine {
  listener: EngineListener;
  /** The socket of the engine, and the other end of it. */
  near: EngineSocket;
  peer: Socket;
}

/** A connection that the engine has accepted. */
export async function accept(engine: Engine): Promise<AcceptedByEngine> {
  const { promise, resolve } = deferred<EngineSocket>();
  const listener = listenWith(engine, {
    onSocket: (socket) => {
      socket.on('error', () => undefined);
      resolve(socket);
    },
  });
  const peer = await connectPeer(listener.port);
  return { listener, near: await promise, peer };
}

/** A half-open socket of Node's whose errors are of no interest. */
export async function connectPeer(port: number): Promise<Socket> {
  const peer = connect({ host, port, allowHalfOpen: true });
  peer.on('error', () => undefined);
  onTestFinished(() => void peer.destroy());
  await once(peer, 'connect');
  return peer;
}

/** Joins two sockets without any limit. */
export function joinWith(
  engine: Engine,
  input: Pick<JoinInput, 'client' | 'upstream'> & Partial<JoinInput>,
): { tunnel: Tunnel; ended: Promise<TunnelEnd> } {
  const { promise: ended, resolve: onEnd } = deferred<TunnelEnd>();
  const tunnel = engine.join({ ...tunnelInput(patient), wheel: new TimingWheel(), onEnd, ...input });
  return { tunnel, ended };
}
