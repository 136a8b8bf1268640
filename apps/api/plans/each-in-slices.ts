import { WorkSlice } from '#libs/async';

/**
 * Does something with each item, and lets everything else have its turn in between. Who goes through many short lists
 * gives one `slice` to all of them: none of them is long enough to yield by itself.
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
