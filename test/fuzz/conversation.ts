import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import { chunkSizes, inChunks, validFrames } from './frame-arbitraries.js';
import type { Allowances } from './fitful-rate.js';
import { encodeFrame, type FrameShape } from './frame-bytes.js';
import { sendInChunks, type OpenTunnel, type SendingPace, type TunnelSide } from './open-tunnel.js';

// Each chunk takes a few turns of the event loop.
const maxChunks = 100;

export const senders = ['client', 'upstream'] as const;

/** The frames of one side, the sizes of their chunks, and the allowances of the tenant's rate. */
interface Sending {
  frames: FrameShape[];
  sizes: number[];
  allowances: Allowances | null;
}

/** The traffic of both sides at once. */
export type Conversation = Record<FrameSender, Sending>;

/** `isRated`: whether a rate sometimes holds frames back, at any byte of them. */
export function conversations(isRated: boolean): fc.Arbitrary<Conversation> {
  return fc.record({ client: sendings('client', isRated), upstream: sendings('upstream', isRated) });
}

function sendings(sender: FrameSender, isRated: boolean): fc.Arbitrary<Sending> {
  return fc.record({
    frames: validFrames({ sender, hasLongPayloads: true }),
    sizes: chunkSizes,
    allowances: isRated ? fc.record({ messages: allowances(3), bytes: allowances(200) }) : fc.constant(null),
  });
}

// The last allowance lets everything pass, so that a long frame is not held back for thousands of turns.
function allowances(most: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(most), { maxLength: 6 }).map((list) => [...list, Infinity]);
}

/** Sends both sides at once; resolves when everything is written. */
export async function send(
  { sides }: OpenTunnel,
  conversation: Conversation,
  pace: SendingPace,
): Promise<void> {
  await Promise.all(senders.map((sender) => sendOneWay(sides[sender], conversation[sender], pace)));
}

async function sendOneWay(side: TunnelSide, sending: Sending, pace: SendingPace): Promise<void> {
  const { frames, sizes } = sending;
  side.rate.allowances = sending.allowances;
  await sendInChunks(side, inChunks(encodeAll(frames), sizes, maxChunks), pace);
}

export function encodeAll(frames: readonly FrameShape[]): Buffer {
  return Buffer.concat(frames.map(encodeFrame));
}
