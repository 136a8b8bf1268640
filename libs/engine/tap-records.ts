import type { FrameReporter, FrameSender } from '#libs/tunnel';

/** The layout of the records of `Tap` in libs/engine/native/src/tap.h. */
const headerBytes = 24;
const alignment = 8;
const kinds = { frame: 1, payload: 2, frameEnd: 3, omitted: 4 } as const;
const sides: readonly FrameSender[] = ['client', 'upstream'];

/** Reports the frames in `records` to the observers of their connections. */
export function deliverTapped(
  records: Buffer,
  reportersOf: (slot: number) => Record<FrameSender, FrameReporter> | null,
): void {
  for (let at = 0; at + headerBytes <= records.length;) {
    const length = records.readUInt32LE(at + 8);
    const record = records.subarray(at, at + headerBytes + length);
    const reporters = reportersOf(records.readUInt32LE(at + 4));
    if (reporters) deliver(record, reporters[sides[record.readUInt8(1)] ?? 'client']);
    at += headerBytes + Math.ceil(length / alignment) * alignment;
  }
}

function deliver(record: Buffer, reporter: FrameReporter): void {
  switch (record.readUInt8(0)) {
    case kinds.frame: {
      const mask = record.readUInt8(3) === 1 ? record.subarray(12, 16) : null;
      reporter.onFrame(record.readUInt8(2), record.readDoubleLE(16), mask);
      return;
    }
    case kinds.payload:
      reporter.onPayload(record.subarray(headerBytes));
      return;
    case kinds.frameEnd:
      reporter.onFrameEnd();
      return;
    case kinds.omitted:
      reporter.onFrameOmitted();
  }
}
