import fc from 'fast-check';

/** One kind of damage to transmitted bytes. */
export interface Damage {
  kind: 'flip' | 'set' | 'remove' | 'insert' | 'repeat';
  at: number;
  value: number;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('flip', 'set', 'remove', 'insert', 'repeat'),
  at: fc.nat(),
  value: fc.nat(255),
});

export function damage(bytes: Buffer, { kind, at, value }: Damage): Buffer {
  if (bytes.length === 0) return bytes;
  const position = at % bytes.length;
  const [before, hit, after] = [
    bytes.subarray(0, position),
    bytes[position] ?? 0,
    bytes.subarray(position + 1),
  ];
  const span = bytes.subarray(position, position + 1 + (value % 16));
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([hit ^ (1 << (value & 7))]), after]);
    case 'set':
      return Buffer.concat([before, Buffer.from([value]), after]);
    case 'remove':
      return Buffer.concat([before, bytes.subarray(position + span.length)]);
    case 'insert':
      return Buffer.concat([before, Buffer.from([value]), bytes.subarray(position)]);
    case 'repeat':
      return Buffer.concat([before, span, bytes.subarray(position)]);
  }
}
