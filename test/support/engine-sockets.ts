import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import {
  Engine,
  EngineSocket,
  type EngineListener,
  type EngineListenerEvents,
  type EngineStream,
  type JoinInput,
} from '#libs/engine';
import { TimingWheel, type Tunnel, type TunnelEnd } from '#libs/tunnel';
import { patient, tunnelInput } from './joined-tunnel.js';
import { deferred } from './deferred.js';

const host = '127.0.0.1';

/** An engine that is closed at the end of the test. */
export function createEngine(): Engine {
  const created = Engine.create();
  if (!created.ok) throw new Error(created.reason);
  const { engine } = created;
  onTestFinished(() => engine.close());
  return engine;
}

/** Listens, on a free port unless one is given. Accepted sockets are ignored unless `events` handles them. */
export function listenWith(
  engine: Engine,
  events: Partial<EngineListenerEvents> = {},
  port = 0,
): EngineListener {
  const onSocket = (): void => undefined;
  const onAcceptFailed = (): void => undefined;
  return engine.listen({ host, port, backlog: 4096 }, { onSocket, onAcceptFailed, ...events });
}

export interface AcceptedByEngine {
  listener: EngineListener;
  /** A socket of the engine, and its other end. */
  socket: EngineSocket;
  peer: Socket;
  /** The socket as a stream, which it becomes when this is first read. */
  readonly near: EngineStream;
}

/** A connection that the engine has accepted. */
export async function accept(engine: Engine): Promise<AcceptedByEngine> {
  const { promise, resolve } = deferred<EngineSocket>();
  const listener = listenWith(engine, {
    onSocket: resolve,
  });
  const peer = await connectPeer(listener.port);
  const socket = await promise;
  let stream: EngineStream | null = null;
  return {
    listener,
    socket,
    peer,
    get near() {
      return (stream ??= socket.toStream());
    },
  };
}

/** A socket as a stream. */
export function streamOf(socket: EngineSocket | Duplex): Duplex {
  return socket instanceof EngineSocket ? socket.toStream() : socket;
}

/** A half-open Node.js socket whose errors are ignored. */
export async function connectPeer(port: number): Promise<Socket> {
  const peer = connect({ host, port, allowHalfOpen: true });
  peer.on('error', () => undefined);
  onTestFinished(() => void peer.destroy());
  await once(peer, 'connect');
  return peer;
}

/** Joins two sockets without limits. */
export function joinWith(
  engine: Engine,
  input: Pick<JoinInput, 'client' | 'upstream'> & Partial<JoinInput>,
): { tunnel: Tunnel; ended: Promise<TunnelEnd> } {
  const { promise: ended, resolve: onEnd } = deferred<TunnelEnd>();
  const tunnel = engine.join({
    ...tunnelInput(patient),
    wheel: new TimingWheel(),
    listener: { onEnd },
    ...input,
  });
  return { tunnel, ended };
}
