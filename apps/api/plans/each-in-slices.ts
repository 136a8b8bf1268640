import { WorkSlice } from '#libs/async';

/**
 * Processes each item, and yields to the event loop in between. For many short lists, share one `slice`,
 * since no single list is long enough to yield.
 */
export async function eachInSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => void,
  slice = new WorkSlice(),
): Promise<void> {
  let index = 0;
  for (const item of items) {
    work(item, index);
    index += 1;
    if (slice.isOver()) await slice.next();
  }
}
