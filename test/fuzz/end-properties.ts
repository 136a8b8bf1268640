import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameSender } from '#libs/tunnel';
import type { TunnelImplementation } from '../support/tunnel-implementations.js';
import { conversations, encodeAll, send, senders, type Conversation } from './conversation.js';
import { withoutPings } from './delivered-frames.js';
import { closeIn, controlFrame, encodeFrame, type FrameShape } from './frame-bytes.js';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';
import { OpenTunnel, turnsUntil, type SendingPace, type TunnelSide } from './open-tunnel.js';

/** Both sides send and end; the gateway pings after this number of chunks. */
interface EndedConversation {
  conversation: Conversation;
  /** Whether chunks are written before the previous ones are read. */
  isHurried: boolean;
  pingAfterChunks: number;
}

const endedConversations = {
  conversation: fc.boolean().chain(conversations),
  isHurried: fc.boolean(),
  pingAfterChunks: fc.nat(24),
};

/**
 * A FIN is forwarded after every byte that was sent before it, also those that a rate holds back, and the
 * counters agree. The client gets 1013 before the FIN of the upstream.
 */
export function endsAfterEverything(implementation: TunnelImplementation): FuzzProperty {
  return fuzzProperty({
    name: `ends-after-everything-${implementation.id}`,
    claim: `${implementation.name}: a FIN is forwarded after every byte before it, also those that a rate holds back`,
    share: 0.01,
    cases: fc.record(endedConversations),
    holds: (example) => inTunnel(implementation, (open) => endBoth(open, example)),
  });
}

/** A conversation in which one side violates the protocol at the end, and the other side closes. */
interface BrokenConversation extends EndedConversation {
  violator: FrameSender;
}

/**
 * A forbidden frame ends its direction. Everything sent before it is delivered, and so is everything that the
 * other side sends until it closes.
 */
export function violationLosesNothing(implementation: TunnelImplementation): FuzzProperty {
  return fuzzProperty({
    name: `violation-loses-nothing-${implementation.id}`,
    claim: `${implementation.name}: a forbidden frame loses nothing that was sent before it, and nothing that the other side sends until it closes`,
    share: 0.01,
    cases: fc.record({ ...endedConversations, violator: fc.constantFrom(...senders) }),
    holds: (example) => inTunnel(implementation, (open) => breakRule(open, example)),
  });
}

async function inTunnel(
  implementation: TunnelImplementation,
  run: (open: OpenTunnel) => Promise<void>,
): Promise<void> {
  const open = await OpenTunnel.open(implementation);
  try {
    await run(open);
  } finally {
    await open.destroy();
  }
}

async function endBoth(open: OpenTunnel, example: EndedConversation): Promise<void> {
  const { conversation } = example;
  await send(open, conversation, paceOf(open, example));
  for (const sender of senders) open.sides[sender].socket.end();
  for (const sender of senders) {
    const last = await expectDelivered(open.sides[sender], conversation[sender].frames);
    if (sender === 'upstream') assert.equal(closeIn(last), '1013 upstream lost');
    else assert.equal(last.length, 0, 'there are bytes after the last frame');
  }
  await open.ended;
}

async function breakRule(open: OpenTunnel, example: BrokenConversation): Promise<void> {
  const { conversation, violator } = example;
  const { sides, tunnel } = open;
  const other = violator === 'client' ? 'upstream' : 'client';
  await send(open, conversation, paceOf(open, example));
  sides[violator].socket.write(encodeFrame(controlFrame(11, Uint8Array.of(), maskOf(violator))));
  await turnsUntil(() => tunnel.isClosing);
  sides[other].socket.write(encodeFrame(controlFrame(8, Uint8Array.of(3, 232), maskOf(other))));
  for (const sender of senders) sides[sender].socket.on('end', () => sides[sender].socket.end());
  for (const sender of senders) {
    const last = await expectDelivered(sides[sender], conversation[sender].frames);
    assert.equal(closeIn(last), '1002 protocol error');
  }
  assert.deepEqual(await open.ended, { endedBy: 'gateway', closeCode: 1002, reason: 'protocol error' });
}

function paceOf(open: OpenTunnel, { isHurried, pingAfterChunks }: EndedConversation): SendingPace {
  let sent = 0;
  const onSent = (): void => {
    if (sent === pingAfterChunks) open.ping();
    sent += 1;
  };
  return { isHurried: () => isHurried, onSent };
}

/** Expects all these frames at the other side and in the counters; returns the bytes after them. */
async function expectDelivered({ delivered, counted }: TunnelSide, frames: FrameShape[]): Promise<Buffer> {
  const sent = encodeAll(frames);
  const { bytes } = withoutPings(await delivered.takeRest());
  assert.ok(bytes.subarray(0, sent.length).equals(sent), 'the output differs from the input');
  assert.equal(counted().frames, frames.length);
  assert.equal(counted().bytes, sent.length);
  return bytes.subarray(sent.length);
}

function maskOf(sender: FrameSender): Uint8Array | null {
  return sender === 'client' ? Uint8Array.of(9, 8, 7, 6) : null;
}
