import type { FrameObserver, FrameSender } from '#libs/tunnel';

/** The layout of the records of `Tap` in libs/engine/native/src/tap.h. */
const headerBytes = 24;
const alignment = 8;
const kinds = { frame: 1, payload: 2, frameEnd: 3, omitted: 4 } as const;
const sides: readonly FrameSender[] = ['client', 'upstream'];

/** Gives the frames in `records` to the observers of their connections. */
export function deliverTapped(records: Buffer, observersOf: (slot: number) => Iterable<FrameObserver>): void {
  for (let at = 0; at + headerBytes <= records.length;) {
    const length = records.readUInt32LE(at + 8);
    const record = records.subarray(at, at + headerBytes + length);
    for (const observer of observersOf(records.readUInt32LE(at + 4))) deliver(record, observer);
    at += headerBytes + Math.ceil(length / alignment) * alignment;
  }
}

function deliver(record: Buffer, observer: FrameObserver): void {
  const from = sides[record.readUInt8(1)] ?? 'client';
  switch (record.readUInt8(0)) {
    case kinds.frame: {
      const mask = record.readUInt8(3) === 1 ? record.subarray(12, 16) : null;
      observer.onFrame(from, record.readUInt8(2), record.readDoubleLE(16), mask);
      return;
    }
    case kinds.payload:
      observer.onPayload(from, record.subarray(headerBytes));
      return;
    case kinds.frameEnd:
      observer.onFrameEnd(from);
      return;
    case kinds.omitted:
      observer.onFrameOmitted(from);
  }
}
