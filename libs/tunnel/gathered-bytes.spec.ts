import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatheredBytes } from './gathered-bytes.js';

describe('GatheredBytes', () => {
  test('GatheredBytes returns all chunks in order, in memory of at most twice their size', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 50 });
    fc.assert(
      fc.property(chunks, (list) => {
        const gathered = new GatheredBytes();
        for (const chunk of list) gathered.add(chunk);
        const bytes = Buffer.concat(list);
        expect(gathered.length).toBe(bytes.length);
        const taken = gathered.take();
        expect(taken.equals(bytes)).toBe(true);
        expect(taken.buffer.byteLength).toBeLessThanOrEqual(2 * bytes.length);
        expect(gathered.take()).toHaveLength(0);
      }),
    );
  });

  test('GatheredBytes keeps the content of bytes that are only lent to it', () => {
    const lent = Buffer.from('before');
    const gathered = new GatheredBytes();
    gathered.add(lent);
    lent.fill('x');
    expect(gathered.take().toString()).toBe('before');
  });
});
