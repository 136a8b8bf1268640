import { WorkSlice } from '#libs/config-bus';

/** Does something with each item, and lets everything else have its turn in between. */
export async function eachInSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => void,
): Promise<void> {
  const slice = new WorkSlice();
  let index = 0;
  for (const item of items) {
    work(item, index);
    index += 1;
    if (slice.isOver()) await slice.next();
  }
}
