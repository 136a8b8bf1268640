import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { TimingWheel, type TunnelEnd, type TunnelInput } from '#libs/tunnel';
import { patient, tunnelInput } from '../../test/support/joined-tunnel.js';
import { socketPair, upstreamPair } from '../../test/support/socket-pair.js';
import { deferred } from '../../test/support/deferred.js';
import { Engine } from './engine.js';

test('plain sockets are joined natively, and the engine closes when its connections are gone', async () => {
  const { engine, join } = createEngine();
  const { client, upstream, ended } = await join();
  expect(engine.connections).toBe(1);
  client.destroy();
  upstream.destroy();
  await ended;
  // The slot is released after the end was reported.
  await expect.poll(() => engine.connections).toBe(0);
  await engine.close();
});

test('sockets are joined in TypeScript when one of them is TLS', async () => {
  const { engine, join } = createEngine();
  await join({ isTls: true });
  expect(engine.connections).toBe(0);
  await engine.close();
});

test.each(['client', 'upstream'] as const)(
  'sockets are joined in TypeScript when the descriptor of the %s cannot be copied, and the connection stays open',
  async (side) => {
    const { engine, join } = createEngine();
    const { client, upstream } = await join({ uncopiable: side });
    expect(engine.connections).toBe(0);
    const frame = Buffer.from([0x82, 2, 7, 7]);
    upstream.write(frame);
    const [received] = (await once(client.resume(), 'data')) as [Buffer];
    expect(received).toEqual(frame);
    await engine.close();
  },
);

test('closing the engine drops its connections, and reports their ends first', async () => {
  const { engine, join } = createEngine();
  const [one, other] = [await join(), await join()];
  await engine.close();
  for (const { ended } of [one, other]) expect(await ended).toMatchObject({ closeCode: 1006 });
  expect(engine.connections).toBe(0);
});

test('commands for a connection that has ended do not reach another connection', async () => {
  const { engine, join } = createEngine();
  const gone = await join();
  gone.client.destroy();
  gone.upstream.destroy();
  await gone.ended;
  await expect.poll(() => engine.connections).toBe(0);
  const next = await join();
  gone.tunnel.close(1008, 'key revoked');
  gone.tunnel.setMessageLimits({ maxMessageBytes: 1 });
  const frame = Buffer.from([0x82, 2, 7, 7]);
  next.upstream.write(frame);
  const [received] = (await once(next.client.resume(), 'data')) as [Buffer];
  expect(received).toEqual(frame);
  expect(next.tunnel.isClosing).toBe(false);
  await engine.close();
});

interface JoinOptions {
  isTls?: boolean;
  /** The side whose gateway socket has a descriptor that the system cannot duplicate. */
  uncopiable?: 'client' | 'upstream';
}

interface JoinedByEngine {
  engine: Engine;
  join: (options?: JoinOptions) => Promise<JoinedSockets>;
}

interface JoinedSockets {
  client: TunnelInput['client'];
  upstream: TunnelInput['upstream'];
  tunnel: ReturnType<Engine['join']>;
  ended: Promise<TunnelEnd>;
}

function createEngine(): JoinedByEngine {
  const created = Engine.create();
  if (!created.ok) throw new Error(created.reason);
  const { engine } = created;
  const wheel = new TimingWheel();
  const join: JoinedByEngine['join'] = async ({ uncopiable, ...upstreamSocket } = {}) => {
    const [client, nearClient] = await socketPair();
    const [nearUpstream, upstream] = await upstreamPair(upstreamSocket);
    onTestFinished(() => {
      for (const socket of [client, nearClient, nearUpstream, upstream]) socket.destroy();
    });
    const { promise: ended, resolve: onEnd } = deferred<TunnelEnd>();
    const near = { client: nearClient, upstream: nearUpstream };
    if (uncopiable)
      Object.defineProperty(Reflect.get(near[uncopiable], '_handle'), 'fd', { value: 1_000_000 });
    const tunnel = engine.join({ ...tunnelInput(patient), ...near, wheel, listener: { onEnd } });
    return { client, upstream, tunnel, ended };
  };
  return { engine, join };
}
