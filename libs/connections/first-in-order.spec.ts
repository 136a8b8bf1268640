import { expect, test } from 'vitest';
import { liveConnection } from '../../test/support/live-connection.js';
import { FirstInOrder, type OrderedPlace } from './first-in-order.js';

const connections = Array.from({ length: 100 }, (_, index) => {
  const connection = liveConnection();
  const counters = { ...connection.tunnel.fromClient(), bytes: (index * 37) % 10, messages: index };
  return { ...connection, tunnel: { ...connection.tunnel, fromClient: () => counters } };
});

function pages(isDescending: boolean, sort: 'bytes' | 'openedAt'): string[] {
  const ids: string[] = [];
  let after: OrderedPlace | null = null;
  for (;;) {
    const first: FirstInOrder = new FirstInOrder({ sort, isDescending }, after, 7);
    for (const connection of connections) first.add(connection);
    const page = first.take();
    if (page.length === 0) return ids;
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1) ?? null;
  }
}

test.each([false, true])(
  'pages have every connection once, in the order of a value; descending: %s',
  (isDescending) => {
    const ids = pages(isDescending, 'bytes');
    const bytesOf = (id: string): number =>
      connections.find((connection) => connection.id === id)?.tunnel.fromClient().bytes ?? -1;
    expect(new Set(ids).size).toBe(100);
    const values = ids.map(bytesOf);
    expect(values).toEqual([...values].sort((one, other) => (isDescending ? other - one : one - other)));
  },
);

test('without a value the order is that of ids, which is that of opening', () => {
  const ids = connections.map(({ id }) => id).sort();
  expect(pages(false, 'openedAt')).toEqual(ids);
  expect(pages(true, 'openedAt')).toEqual(ids.reverse());
});
