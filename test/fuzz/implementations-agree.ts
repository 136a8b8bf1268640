import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameSender, TunnelCounters, TunnelEnd } from '#libs/tunnel';
import { tunnelImplementations, type TunnelImplementation } from '../support/tunnel-implementations.js';
import { senders } from './conversation.js';
import { anyStream, chunkSizes, inChunks } from './frame-arbitraries.js';
import { closeIn } from './frame-bytes.js';
import { fuzzProperty } from './fuzz-property.js';
import { OpenTunnel, turnsUntil, type TunnelSide } from './open-tunnel.js';

// Each chunk takes a few turns of the event loop.
const maxChunks = 60;

/** The bytes of one side while the other is silent. */
interface Turn {
  sender: FrameSender;
  bytes: Buffer;
  /** The sizes of the chunks, for each implementation. */
  sizes: [number[], number[]];
}

/** Both sides send arbitrary bytes in turns, and then a FIN goes each way. */
interface Exchange {
  /** Bytes that were received before the tunnel was created. */
  heads: Record<FrameSender, Buffer>;
  turns: Turn[];
  firstToEnd: FrameSender;
  maxMessageBytes: number | null;
}

/** The observable outcome of a tunnel. */
interface Outcome {
  end: TunnelEnd;
  client: SideOutcome;
  upstream: SideOutcome;
}

interface SideOutcome {
  counters: Pick<TunnelCounters, 'messages' | 'frames' | 'controlFrames' | 'bytes'>;
  /** The bytes relayed from this side. */
  relayed: string;
  /** The gateway's close frame after those bytes. */
  closed: string;
}

const streams = (sender: FrameSender): fc.Arbitrary<Buffer> => anyStream({ sender, hasLongPayloads: true });

const turns: fc.Arbitrary<Turn> = fc.constantFrom(...senders).chain((sender) =>
  fc.record({
    sender: fc.constant(sender),
    bytes: streams(sender),
    sizes: fc.oneof(
      chunkSizes.map((sizes): [number[], number[]] => [sizes, sizes]),
      fc.tuple(chunkSizes, chunkSizes),
    ),
  }),
);

const heads = (sender: FrameSender): fc.Arbitrary<Buffer> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(Buffer.alloc(0)) }, { weight: 1, arbitrary: streams(sender) });

/** The same bytes, valid or not, in any chunks, have the same outcome in each implementation. */
export const implementationsAgree = fuzzProperty({
  name: 'implementations-agree',
  claim: 'for any bytes, every implementation relays and counts the same, and ends in the same way',
  share: 0.03,
  cases: fc.record({
    heads: fc.record({ client: heads('client'), upstream: heads('upstream') }),
    turns: fc.array(turns, { maxLength: 4 }),
    firstToEnd: fc.constantFrom(...senders),
    maxMessageBytes: fc.option(fc.integer({ min: 1, max: 300 })),
  }),
  holds: async (exchange: Exchange) => {
    const [expected, ...others] = await Promise.all(
      tunnelImplementations.map((implementation, index) => outcomeOf(implementation, exchange, index)),
    );
    for (const outcome of others) assert.deepEqual(outcome, expected);
  },
});

async function outcomeOf(
  implementation: TunnelImplementation,
  {
    heads: { client: clientHead, upstream: upstreamHead },
    turns: list,
    firstToEnd,
    maxMessageBytes,
  }: Exchange,
  index: number,
): Promise<Outcome> {
  const messageLimits = { maxMessageBytes };
  const open = await OpenTunnel.open(implementation, { clientHead, upstreamHead, messageLimits });
  try {
    const { sides } = open;
    for (const { sender, bytes, sizes } of list) {
      await sendUnlessOver(sides[sender], inChunks(bytes, sizes[index] ?? [], maxChunks));
    }
    const other = firstToEnd === 'client' ? 'upstream' : 'client';
    await endOneAfterTheOther(sides[firstToEnd], sides[other]);
    const end = await open.ended;
    return { end, client: await outcomeOfSide(sides.client), upstream: await outcomeOfSide(sides.upstream) };
  } finally {
    await open.destroy();
  }
}

/** Sends each chunk once the previous one was read, until the gateway stops reading. */
async function sendUnlessOver({ socket, counted }: TunnelSide, chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    const expected = counted().bytesReceived + chunk.length;
    if (isOver(socket)) return;
    socket.write(chunk);
    await turnsUntil(() => counted().bytesReceived >= expected || isOver(socket));
  }
}

/**
 * Sends a FIN from the first side, waits for it at the second unless the gateway is closing, and then sends
 * one from the second.
 */
async function endOneAfterTheOther(first: TunnelSide, second: TunnelSide): Promise<void> {
  const isPassedOn = !isOver(first.socket) && !isOver(second.socket);
  first.socket.end();
  if (isPassedOn) await turnsUntil(() => isOver(second.socket));
  second.socket.end();
}

function isOver(socket: TunnelSide['socket']): boolean {
  return socket.readableEnded || socket.destroyed;
}

async function outcomeOfSide({ counted, delivered }: TunnelSide): Promise<SideOutcome> {
  const { messages, frames, controlFrames, bytes } = counted();
  const received = await delivered.takeRest();
  const rest = received.subarray(bytes);
  return {
    counters: { messages, frames, controlFrames, bytes },
    relayed: received.toString('hex', 0, bytes),
    closed: rest.length === 0 ? '' : closeIn(rest),
  };
}
