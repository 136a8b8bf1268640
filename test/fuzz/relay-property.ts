import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TunnelCounters } from '#libs/tunnel';
import type { TunnelImplementation } from '../support/tunnel-implementations.js';
import { conversations, encodeAll, send, senders, type Conversation } from './conversation.js';
import { withoutPings } from './delivered-frames.js';
import { controlFrame, type FrameShape } from './frame-bytes.js';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';
import { framesCounted, OpenTunnel, type TunnelSide } from './open-tunnel.js';

const clientMask = Uint8Array.of(9, 8, 7, 6);

type Counts = Pick<TunnelCounters, 'messages' | 'frames' | 'controlFrames' | 'bytes'>;

/** One case: both sides send in chunks, rates hold frames back, and the gateway pings in between. */
interface Exchange {
  conversation: Conversation;
  isHurried: boolean;
  isNewTunnel: boolean;
  /** The number of chunks after which the gateway pings both sides. */
  pingAfterChunks: number;
  /** The positions in its frames at which a side answers the pings of the previous case. */
  pongAt: number;
}

const exchanges: fc.Arbitrary<Exchange> = fc.record({
  conversation: fc.boolean().chain(conversations),
  isHurried: fc.boolean(),
  isNewTunnel: fc.nat(49).map((number) => number === 0),
  pingAfterChunks: fc.nat(24),
  pongAt: fc.nat(12),
});

/**
 * Every byte is relayed unchanged, in both directions at once, and the tunnel counts the bytes of each side.
 * It adds only whole pings between two frames, and removes only the pongs to them.
 */
export function relaysEveryByte(implementation: TunnelImplementation): FuzzProperty {
  let shared: Peers | null = null;
  const close = async (): Promise<void> => {
    await shared?.tunnel.destroy();
    shared = null;
  };
  return fuzzProperty({
    name: `relays-every-byte-${implementation.id}`,
    claim: `${implementation.name}: between real sockets, every byte is relayed in order, in both directions at once, for every chunking`,
    share: 0.1,
    cases: exchanges,
    holds: async (exchange) => {
      if (exchange.isNewTunnel) await close();
      shared ??= { tunnel: await OpenTunnel.open(implementation), unanswered: { client: [], upstream: [] } };
      try {
        await relay(shared, exchange);
      } catch (error) {
        // A tunnel that lost a byte would fail all later cases.
        await close();
        throw error;
      }
    },
    close,
  });
}

interface Peers {
  tunnel: OpenTunnel;
  /** Payloads of the unanswered pings of each side. */
  unanswered: { client: Buffer[]; upstream: Buffer[] };
}

async function relay({ tunnel, unanswered }: Peers, exchange: Exchange): Promise<void> {
  const { conversation, isHurried, pongAt, pingAfterChunks } = exchange;
  const before = { client: tunnel.sides.client.counted(), upstream: tunnel.sides.upstream.counted() };
  const answering = {
    client: withPongs(conversation.client, unanswered.client.splice(0), pongAt, clientMask),
    upstream: withPongs(conversation.upstream, unanswered.upstream.splice(0), pongAt, null),
  };
  let sent = 0;
  const pingInTime = (): void => {
    if (sent === pingAfterChunks) tunnel.ping();
    sent += 1;
  };
  await send(tunnel, answering, { isHurried: () => isHurried, onSent: pingInTime });
  for (const sender of senders) {
    const side = tunnel.sides[sender];
    const pings = await expectDelivered(side, encodeAll(conversation[sender].frames));
    unanswered[sender === 'client' ? 'upstream' : 'client'].push(...pings);
    const expected = countsOf(answering[sender].frames);
    await framesCounted(side, before[sender].frames + expected.frames);
    assert.deepEqual(countedSince(before[sender], side), expected);
  }
}

/**
 * The same frames with pongs among them; control frames are allowed between any two frames (RFC 6455 §5.4).
 */
function withPongs<Sending extends { frames: FrameShape[] }>(
  sending: Sending,
  payloads: readonly Buffer[],
  at: number,
  mask: Uint8Array | null,
): Sending {
  const { frames } = sending;
  const pongs = payloads.map((payload) => controlFrame(10, payload, mask));
  return { ...sending, frames: [...frames.slice(0, at), ...pongs, ...frames.slice(at)] };
}

/** Waits for exactly these bytes; resolves with the payloads of the gateway's pings among them. */
async function expectDelivered({ delivered }: TunnelSide, expected: Buffer): Promise<Buffer[]> {
  let came = await delivered.take(expected.length);
  while (withoutPings(came).bytes.length < expected.length) {
    came = Buffer.concat([came, await delivered.take(1)]);
  }
  const { bytes, pings } = withoutPings(came);
  assert.ok(bytes.equals(expected), 'the output differs from the input');
  return pings;
}

function countedSince(before: TunnelCounters, { counted }: TunnelSide): Counts {
  const now = counted();
  return {
    messages: now.messages - before.messages,
    frames: now.frames - before.frames,
    controlFrames: now.controlFrames - before.controlFrames,
    bytes: now.bytes - before.bytes,
  };
}

function countsOf(frames: readonly FrameShape[]): Counts {
  const controlFrames = frames.filter(({ opcode }) => opcode >= 8).length;
  const messages = frames.filter(({ isFinal, opcode }) => isFinal && opcode < 8).length;
  return { messages, frames: frames.length, controlFrames, bytes: encodeAll(frames).length };
}
