import { expect, test } from 'vitest';
import { MemoryWatch } from '../../test/support/memory-watch.js';
import { FrameTap } from './frame-tap.js';
import { defaultTapBounds } from './tap-bounds.js';

const megabyte = 1024 * 1024;

test('collecting a compressed message in fragments of one byte takes no more memory than its bytes', () => {
  const tap = new FrameTap({
    payloadBytes: 1000,
    negotiatedExtensions: 'permessage-deflate',
    sidesWithoutData: ['client', 'upstream'],
    bounds: defaultTapBounds,
    now: () => 0,
    onFrame: () => undefined,
  });
  const memory = new MemoryWatch();
  const byte = Uint8Array.of(0);
  for (let fragment = 0; fragment < 60_000; fragment += 1) {
    tap.onFrame('client', fragment === 0 ? 0x41 : 0, 1, null);
    tap.onPayload('client', byte);
    tap.onFrameEnd('client');
  }
  expect(memory.takeGrowth()).toBeLessThan(megabyte);
  // The end of the message, so that the payload is still needed here.
  tap.onFrame('client', 0x80, 0, null);
  tap.onFrameEnd('client');
});
