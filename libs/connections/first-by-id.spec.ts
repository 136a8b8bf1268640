import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveConnection } from '../../test/support/live-connection.js';
import { firstById } from './index.js';

const base = liveConnection();
const id = fc.integer({ min: 0, max: 300 }).map((number) => `con_${String(number).padStart(3, '0')}`);

test('firstById returns the same connections as sorting all of them', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(id),
      fc.oneof(fc.constant(''), id),
      fc.integer({ min: 1, max: 50 }),
      (ids, after, limit) => {
        const connections = ids.map((each) => ({ ...base, id: each }));
        const wanted = ids.filter((each) => each > after).sort();
        const found = firstById(connections, { after, limit });
        expect(found.map((connection) => connection.id)).toEqual(wanted.slice(0, limit));
      },
    ),
  );
});
