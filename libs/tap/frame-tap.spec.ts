import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TapFrame } from '#libs/fleet';
import type { FrameSender } from '#libs/tunnel';
import { MessageDeflater, showFrame, type WireFrame } from '../../test/support/frames-on-the-wire.js';
import { FrameTap } from './frame-tap.js';
import { defaultTapBounds, type TapBounds } from './tap-bounds.js';

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const all = 65_536;
const unbounded: TapBounds = {
  framesPerSecond: Infinity,
  payloadBytesPerSecond: Infinity,
  inflatedMessagesPerSecond: Infinity,
  inflatedBytesPerSecond: Infinity,
  maxCompressedBytes: 65_536,
  maxInflatedBytes: 262_144,
};

let shown: TapFrame[];
let omitted: number;
let nowMs: number;

beforeEach(() => {
  shown = [];
  omitted = 0;
  nowMs = Date.parse('2026-11-22T14:00:00.000Z');
});

interface TapOptions {
  payloadBytes: number;
  extensions: string | null;
  isFromStart: boolean;
  bounds: Partial<TapBounds>;
}

function tapWith(options: Partial<TapOptions> = {}): FrameTap {
  const { payloadBytes = all, extensions = null, isFromStart = true, bounds = {} } = options;
  return new FrameTap({
    payloadBytes,
    negotiatedExtensions: extensions,
    sidesWithoutData: isFromStart ? ['client', 'upstream'] : [],
    bounds: { ...unbounded, ...bounds },
    now: () => nowMs,
    onFrame: (frame) => {
      if (frame) shown.push(frame);
      else omitted += 1;
    },
  });
}

function frame(fields: Partial<WireFrame> = {}): WireFrame {
  const usual = { from: 'client', opcode: opcodes.text, isFinal: true, isReserved1: false } as const;
  return { ...usual, payload: Buffer.from('hello'), ...fields };
}

/** Incompressible bytes, the same in each run. */
function noiseOf(outputLength: number): Buffer {
  return createHash('shake256', { outputLength }).update('noise').digest();
}

function bytesOf({ payload }: TapFrame): Buffer {
  return Buffer.from(payload?.bytes ?? '', 'base64');
}

/** A message in one or more frames, with a ping between two of them. */
interface SentMessage {
  from: FrameSender;
  text: Buffer;
  isCompressed: boolean;
  cuts: number[];
  hasPing: boolean;
}

const words = fc.constantFrom('a ', 'gateway ', 'tenant ', '{"type":"chat","text":"', '"}', '\u0000', '🙂');
const message = fc.record<SentMessage>({
  from: fc.constantFrom('client', 'upstream'),
  text: fc.array(words, { maxLength: 60 }).map((list) => Buffer.from(list.join(''))),
  isCompressed: fc.boolean(),
  cuts: fc.array(fc.nat(40), { maxLength: 4 }),
  hasPing: fc.boolean(),
});
const partSizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 8 });

function framesOf(sent: SentMessage, deflaters: Record<FrameSender, MessageDeflater>): WireFrame[] {
  const { from, text, isCompressed, cuts, hasPing } = sent;
  let rest = isCompressed ? deflaters[from].deflate(text) : text;
  const frames: WireFrame[] = [];
  for (const cut of [...cuts, rest.length]) {
    const isFirst = frames.length === 0;
    const payload = rest.subarray(0, cut);
    rest = rest.subarray(cut);
    const opcode = isFirst ? opcodes.binary : opcodes.continuation;
    frames.push({ from, opcode, isFinal: false, isReserved1: isFirst && isCompressed, payload });
  }
  const last = frames.at(-1);
  if (last) {
    last.payload = Buffer.concat([last.payload, rest]);
    last.isFinal = true;
  }
  if (hasPing && frames.length > 1) frames.splice(1, 0, frame({ from, opcode: opcodes.ping }));
  return frames;
}

function deflatersFor(hasContextTakeover: boolean): Record<FrameSender, MessageDeflater> {
  const create = (): MessageDeflater => new MessageDeflater(hasContextTakeover);
  return { client: create(), upstream: create() };
}

const noTakeover = 'permessage-deflate; client_no_context_takeover; server_no_context_takeover';

describe('FrameTap reports the frames as they were sent', () => {
  test.each([
    ['with context takeover', 'permessage-deflate', true],
    ['without', noTakeover, false],
  ])('for every chunking, %s', (_name, extensions, hasContextTakeover) => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), partSizes, (messages, sizes) => {
        shown = [];
        const tap = tapWith({ extensions });
        const deflaters = deflatersFor(hasContextTakeover);
        const sent = messages.flatMap((each) => {
          const frames = framesOf(each, deflaters);
          for (const wire of frames) showFrame(tap, wire, sizes);
          return frames.map((wire) => ({ wire, message: each }));
        });
        expect(shown.length).toBe(sent.length);
        sent.forEach(({ wire, message: each }, index) => {
          const got = shown[index];
          if (!got) throw new Error('a frame is missing');
          expect(opcodes[got.opcode]).toBe(wire.opcode);
          expect([got.from, got.isFinal, got.length]).toEqual([wire.from, wire.isFinal, wire.payload.length]);
          const isControl = wire.opcode >= opcodes.close;
          expect(got.isCompressed).toBe(each.isCompressed && !isControl);
          if (!got.isCompressed) expect(bytesOf(got)).toEqual(wire.payload);
          else if (wire.isFinal) expect(bytesOf(got)).toEqual(each.text);
          else expect(got.payload).toBeNull();
          const { isTruncated = false, unknownBytes = 0 } = got.payload ?? {};
          expect([isTruncated, unknownBytes]).toEqual([false, 0]);
        });
      }),
    );
  });

  test('a tap that starts in the middle reports all bytes except copies of unseen bytes, which it counts', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.array(message, { maxLength: 12 }),
        (before, messages) => {
          shown = [];
          const deflaters = deflatersFor(true);
          for (const each of before) framesOf(each, deflaters);
          const tap = tapWith({ extensions: 'permessage-deflate', isFromStart: false });
          const texts = messages.flatMap((each) => {
            const frames = framesOf({ ...each, hasPing: false }, deflaters);
            for (const wire of frames) showFrame(tap, wire, []);
            return each.isCompressed ? [each.text] : [];
          });
          const inflated = shown.filter(({ payload }) => payload?.isInflated);
          expect(inflated.length).toBe(texts.length);
          inflated.forEach((got, index) => {
            const text = texts[index] ?? Buffer.alloc(0);
            const bytes = bytesOf(got);
            expect(bytes.length).toBe(text.length);
            const wrong = [...text.keys()].filter((position) => bytes[position] !== text[position]);
            expect(wrong.length).toBeLessThanOrEqual(got.payload?.unknownBytes ?? 0);
            for (const position of wrong) expect(bytes[position]).toBe(0);
          });
        },
      ),
    );
  });
});

describe('a message that repeats data from before the tap began', () => {
  const text = Buffer.from('{"type":"chat","text":"nobody else says this"}');

  test('of a message that refers to unseen bytes, the new bytes are reported and the unknown ones counted', () => {
    const deflater = new MessageDeflater(true);
    deflater.deflate(Buffer.from('{"type":"chat","text":"hello"}'));
    const tap = tapWith({ extensions: 'permessage-deflate', isFromStart: false });
    showFrame(tap, frame({ isReserved1: true, payload: deflater.deflate(text) }), []);
    const [got] = shown;
    expect(got?.payload?.isInflated).toBe(true);
    const bytes = got ? bytesOf(got) : Buffer.alloc(0);
    expect(bytes.includes('nobody else says this')).toBe(true);
    const { unknownBytes = 0 } = got?.payload ?? {};
    expect(unknownBytes).toBeGreaterThan(15);
    expect(bytes.filter((byte) => byte === 0)).toHaveLength(unknownBytes);
  });

  test('messages are completely known again after 32 KiB of known bytes', () => {
    const deflater = new MessageDeflater(true);
    deflater.deflate(text);
    const tap = tapWith({ extensions: 'permessage-deflate', isFromStart: false });
    const noise = Buffer.from(noiseOf(40_000).map((byte) => byte | 0x80));
    for (const each of [noise, text, text]) {
      showFrame(tap, frame({ isReserved1: true, payload: deflater.deflate(each) }), []);
    }
    expect(shown.map(({ payload }) => payload?.unknownBytes)).toEqual([0, 0, 0]);
    expect(shown.map(bytesOf).slice(1)).toEqual([text, text]);
  });
});

describe('a compressed payload that is not inflated is reported as on the wire', () => {
  const expectRaw = (got: TapFrame | undefined, payload: Buffer): void => {
    expect(got).toMatchObject({ isCompressed: true, payload: { isInflated: false, unknownBytes: 0 } });
    if (got) expect(payload.subarray(0, bytesOf(got).length)).toEqual(bytesOf(got));
  };
  const compressed = (payload: Buffer): WireFrame => frame({ isReserved1: true, payload });

  test('an invalid payload is reported as on the wire, and later references to it count as unknown', () => {
    const tap = tapWith({ extensions: 'permessage-deflate' });
    const deflater = new MessageDeflater(true);
    const [first, second] = [deflater.deflate(Buffer.from('hello')), deflater.deflate(Buffer.from('hello'))];
    const broken = Buffer.from([0xff, 0xff, 0xff]);
    for (const payload of [first, broken, second]) showFrame(tap, compressed(payload), []);
    expectRaw(shown[1], broken);
    expect(shown[2]?.payload?.isInflated).toBe(true);
    expect(shown[2]?.payload?.unknownBytes).toBeGreaterThan(0);
  });

  test('a payload that is too large, compressed or inflated, is reported as on the wire', () => {
    const tap = tapWith({ extensions: noTakeover, bounds: { maxCompressedBytes: 1000 } });
    const deflater = new MessageDeflater(false);
    const bomb = deflater.deflate(Buffer.alloc(300_000));
    expect(bomb.length).toBeLessThan(1000);
    showFrame(tap, compressed(bomb), []);
    expectRaw(shown[0], bomb);
    const large = noiseOf(2000);
    showFrame(tap, compressed(large), []);
    expectRaw(shown[1], large);
  });

  test('a payload above the rate of inflation is reported as on the wire', () => {
    const tap = tapWith({ extensions: noTakeover, bounds: { inflatedMessagesPerSecond: 1 } });
    const payload = new MessageDeflater(false).deflate(Buffer.from('hello'));
    for (const waitMs of [0, 0, 1000]) {
      nowMs += waitMs;
      showFrame(tap, compressed(payload), []);
    }
    expect(shown.map((got) => got.payload?.isInflated)).toEqual([true, false, true]);
  });

  test('a payload without negotiated compression is reported as on the wire', () => {
    showFrame(tapWith(), compressed(Buffer.from([1, 2, 3])), []);
    expectRaw(shown[0], Buffer.from([1, 2, 3]));
  });
});

describe('within bounds', () => {
  test('frames above the rate are omitted and counted, and those of the next second are reported', () => {
    const tap = tapWith({ bounds: { framesPerSecond: defaultTapBounds.framesPerSecond } });
    for (let index = 0; index < 1000; index += 1) showFrame(tap, frame(), []);
    expect([shown.length, omitted]).toEqual([200, 800]);
    nowMs += 1000;
    showFrame(tap, frame(), []);
    expect(shown).toHaveLength(201);
  });

  test('frames above the rate of payload bytes are omitted', () => {
    const tap = tapWith({ bounds: { payloadBytesPerSecond: 100_000 } });
    for (let index = 0; index < 10; index += 1) showFrame(tap, frame({ payload: Buffer.alloc(40_000) }), []);
    expect([shown.length, omitted]).toEqual([3, 7]);
  });

  test('a payload above its bound is truncated and marked as truncated', () => {
    const tap = tapWith({ payloadBytes: 4, extensions: noTakeover });
    const payload = new MessageDeflater(false).deflate(Buffer.from('compressed'));
    for (const wire of [frame(), frame({ isReserved1: true, payload })]) showFrame(tap, wire, [1]);
    expect(shown.map((got) => bytesOf(got).toString())).toEqual(['hell', 'comp']);
    expect(shown.map((got) => got.payload?.isTruncated)).toEqual([true, true]);
  });

  test('no payload is reported by default', () => {
    const tap = tapWith({ payloadBytes: 0, extensions: 'permessage-deflate' });
    showFrame(tap, frame({ isReserved1: true, payload: Buffer.from([0xff, 0xff]) }), []);
    expect(shown[0]).toMatchObject({ isCompressed: true, length: 2, payload: null });
  });

  test('no memory is kept for fragments without a payload, however many there are', () => {
    const tap = tapWith({ extensions: 'permessage-deflate', bounds: { framesPerSecond: 1 } });
    const empty = Buffer.alloc(0);
    showFrame(tap, frame({ isReserved1: true, isFinal: false, payload: empty }), []);
    for (let index = 0; index < 10_000; index += 1) {
      showFrame(tap, frame({ opcode: opcodes.continuation, isFinal: false, payload: empty }), []);
    }
    nowMs += 1000;
    const payload = new MessageDeflater(true).deflate(Buffer.from('hello'));
    showFrame(tap, frame({ opcode: opcodes.continuation, payload }), []);
    expect(shown.map((got) => bytesOf(got).toString())).toEqual(['', 'hello']);
  });
});

test('a tap that starts within a fragmented message reports the rest of it as on the wire', () => {
  const tap = tapWith({ extensions: 'permessage-deflate', isFromStart: false });
  showFrame(tap, frame({ opcode: opcodes.continuation, payload: Buffer.from([1, 2]) }), []);
  expect(shown[0]).toMatchObject({ opcode: 'continuation', payload: { isInflated: false } });
  showFrame(tap, frame(), []);
  expect(shown.map((got) => bytesOf(got).toString('latin1'))).toEqual(['\u0001\u0002', 'hello']);
});
